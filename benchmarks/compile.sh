#!/bin/sh
# How long compiling takes and in how much memory, for checkpoints of AutoGLM-Phone-9B's widths with random weights and
# a few layers: sh benchmarks/compile.sh [--heap <size>] [--folder <folder>] <layers>[:<precision>,...]...
# Default: 2:bf16,int4-fp16,fp16 4:bf16,int4-fp16,fp16. A checkpoint takes 2.5 GB and 0.42 GB for each layer, a bundle
# as much in bf16. Anonymous memory is what the process holds beside mapped files, which the system takes back when it
# needs to; it is looked at five times a second. Output: a Markdown table.
set -eu
AUTOGLM_HOME=$(cd "$(dirname "$0")/.." && pwd)
. "$AUTOGLM_HOME/scripts/jdk25.sh"
heap=256m folder=$AUTOGLM_HOME/build/compile
while [ $# -gt 0 ]; do
    case $1 in
        --heap) heap=$2; shift 2 ;;
        --folder) folder=$2; shift 2 ;;
        -*) sed -n 2,6p "$0"; exit 2 ;;
        *) break ;;
    esac
done
[ $# -gt 0 ] || set -- 2:bf16,int4-fp16,fp16 4:bf16,int4-fp16,fp16
mkdir -p "$folder"

autoglm() {
    ENGINE_CACHE_DIR=${ENGINE_CACHE_DIR:-$AUTOGLM_HOME/.autoglm/native} exec "$JAVA_HOME/bin/java" \
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dslf4j.internal.verbosity=ERROR \
        -Xmx"$heap" -cp "$AUTOGLM_HOME/model-toolkit/target/classes:$AUTOGLM_HOME/engine-tensorrt/target/classes:$AUTOGLM_HOME/model-toolkit/target/lib/*:$AUTOGLM_HOME/engine-tensorrt/target/lib/*" \
        ai.autoglm.toolkit.command.Autoglm "$@"
}

# Peak of the anonymous memory of a process, in KiB, until it ends.
watch() {
    peak=0
    while now=$(sed -n 's/^RssAnon:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$1/status" 2>/dev/null) && [ -n "$now" ]; do
        [ "$now" -le $peak ] || peak=$now
        sleep 0.2
    done
    echo $peak
}

echo "| layers | precision | heap | seconds | anonymous memory, MiB | bundle, MiB |"
echo "|---|---|---|---|---|---|"
for case in "$@"; do
    layers=${case%%:*}
    checkpoint=$folder/checkpoint-$layers
    rm -rf "$checkpoint"
    (autoglm random-checkpoint "$checkpoint" --layers "$layers" --vision-depth 1 \
        --tokenizer "$AUTOGLM_HOME/models/autoglm-phone-mini/tokenizer.json")
    for precision in $(printf %s "${case#*:}" | tr , ' '); do
        rm -rf "$folder/bundle"
        start=$(date +%s)
        (autoglm compile --precision "$precision" "$checkpoint" "$folder/bundle") >"$folder/log" 2>&1 &
        process=$!
        peak=$(watch $process)
        if wait $process; then seconds=$(($(date +%s) - start)); else seconds="failed: $(tail -n 1 "$folder/log")"; fi
        size=$(du -sm "$folder/bundle" 2>/dev/null | cut -f1)
        echo "| $layers | $precision | $heap | $seconds | $((peak / 1024)) | ${size:--} |"
    done
    rm -rf "$checkpoint" "$folder/bundle"
done
