#!/bin/sh
# The first hour on a machine with a GPU: checks what tests without one cannot, and measures.
# sh deploy/gpu/first-hour.sh [<card>] [<checkpoint>]   (default: card 0, the embedded model; "9b" as checkpoint makes
# one of AutoGLM-Phone-9B's shape with random weights, which takes 60 GB of disk)
# The report is build/first-hour/report.md. Nothing is installed; engines go to .autoglm/engines.
set -eu
AUTOGLM_HOME=$(cd "$(dirname "$0")/../.." && pwd)
cd "$AUTOGLM_HOME"
card=${1:-0}
checkpoint=${2:-models/autoglm-phone-mini}
out=build/first-hour
mkdir -p "$out"
report=$out/report.md
export CUDA_VISIBLE_DEVICES="$card"
# What the engines are built for, and the same for every measurement.
limits="--max-num-seqs 16 --max-model-len 2048 --prefill-chunk 256"

{
    echo "# First hour"
    echo
    echo "$(date -u +%Y-%m-%dT%H:%MZ), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), card $card"
    echo
    echo '```'
    nvidia-smi 2>&1 || echo "nvidia-smi is not here"
    for library in libcuda.so.1 libcudart.so.13 libnvinfer.so.11 libnvonnxparser.so.11 \
        libnvinfer_builder_resource_sm89.so.11.2.1; do
        ldconfig -p | grep -q "$library" && echo "present  $library" || echo "MISSING  $library (or not in ldconfig's list)"
    done
    echo '```'
} >"$report"

./mvnw --quiet --batch-mode -Pgpu package -DskipTests -Dspotless.check.skip=true -pl engine-tensorrt -am
failed=0
if [ "$checkpoint" = 9b ]; then
    checkpoint=$out/random-9b
    [ -f "$checkpoint/model.safetensors" ] ||
        ./autoglm random-checkpoint "$checkpoint" --tokenizer models/autoglm-phone-mini/tokenizer.json
fi
fp32=$out/fp32
./autoglm compile --precision fp32 "$checkpoint" "$fp32"
# Precisions that this release's compiler does not know are left out, and the report says so.
for precision in fp32 fp16 bf16 int4-fp16; do
    bundle=$out/$precision
    if [ "$precision" != fp32 ] && ! ./autoglm compile --precision "$precision" "$checkpoint" "$bundle" 2>"$out/error"; then
        printf '\n# %s\n\nnot compiled: %s\n' "$precision" "$(head -n 1 "$out/error")" >>"$report"
        continue
    fi
    start=$(date +%s)
    if ./autoglm build-engine "$bundle" $limits 2>"$out/build-$precision.log"; then
        printf '\nEngines of %s: %s s to build.\n' "$precision" "$(($(date +%s) - start))" >>"$report"
        ./autoglm first-hour "$bundle" --reference "$fp32" --report "$report" $limits || failed=1
    else
        failed=1
        printf '\n# %s\n\n**FAILED** to build:\n\n```\n%s\n```\n' "$precision" "$(tail -n 20 "$out/build-$precision.log")" >>"$report"
    fi
done
echo "The report is $report."
exit $failed
