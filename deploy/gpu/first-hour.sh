#!/bin/sh
# The first hour on a machine with a GPU: checks what tests without one cannot, and measures.
# sh deploy/gpu/first-hour.sh --help
set -eu

usage() {
    cat <<'USAGE'
Usage: sh deploy/gpu/first-hour.sh [options]

Builds engines of a model, compares what they compute with ONNX Runtime, and measures. The report is
build/first-hour/report.md; it is complete up to wherever the script gets. Nothing is installed; engines go to
.autoglm/engines.

  --card <index>          card to run on, of those that CUDA_VISIBLE_DEVICES leaves if it is set (default: 0)
  --checkpoint <folder>   model; "9b" makes one of AutoGLM-Phone-9B's shape with random weights
                                                                                   (default: the embedded model)
  --layers <count>        layers of "9b": with 40, checkpoint, bundles and engines take 75 GB of disk, with 4 they take 25
                                                                                   (default: 40)
  --precisions <list>     of fp32, fp16, bf16, int4-fp16          (default: all; of "9b" bf16,int4-fp16)
  --parts <list>          of decoder, fusion, vision-encoder, audio-encoder: the engines that are built and measured
                                                                                   (default: all)
  --step-limit <seconds>  after which a compilation, a build or a measurement is given up (default: 3600)
  --built                 runs what is built already: no Maven, no network
USAGE
}

card=0 checkpoint=models/autoglm-phone-mini layers=40 precisions= parts= limit=3600 built=no
while [ $# -gt 0 ]; do
    case $1 in
        --help | -h) usage; exit 0 ;;
        --built) built=yes; shift; continue ;;
        --card | --checkpoint | --layers | --precisions | --parts | --step-limit)
            [ $# -ge 2 ] || { echo "first-hour.sh: $1 needs a value; see --help" >&2; exit 2; } ;;
        *) echo "first-hour.sh: unknown option $1; see --help" >&2; exit 2 ;;
    esac
    case $1 in
        --card) card=$2 ;;
        --checkpoint) checkpoint=$2 ;;
        --layers) layers=$2 ;;
        --precisions) precisions=$(printf %s "$2" | tr , ' ') ;;
        --parts) parts=$(printf %s "$2" | tr , ' ') ;;
        --step-limit) limit=$2 ;;
    esac
    shift 2
done

AUTOGLM_HOME=$(cd "$(dirname "$0")/../.." && pwd)
cd "$AUTOGLM_HOME"
out=build/first-hour
mkdir -p "$out"
report=$out/report.md
# An index counts within the cards that this shell sees.
if [ -n "${CUDA_VISIBLE_DEVICES:-}" ]; then
    case $card in
        *[!0-9]*) ;;
        *) card=$(printf '%s,' "$CUDA_VISIBLE_DEVICES" | tr -d ' ' | cut -d, -f$((card + 1))) ;;
    esac
    [ -n "$card" ] || { echo "first-hour.sh: CUDA_VISIBLE_DEVICES=$CUDA_VISIBLE_DEVICES has no such card" >&2; exit 2; }
fi
export CUDA_VISIBLE_DEVICES="$card"
failed=0

# What the engines are built for, and the same for every measurement.
sizes="--max-num-seqs 16 --max-model-len 2048 --prefill-chunk 256"

say() {
    printf '%s\n' "$@" >>"$report"
}

# A step by its name, its log, and its command. What fails is in the report, with the end of the log.
attempt() {
    name=$1 log=$out/$2
    shift 2
    start=$(date +%s)
    status=0
    timeout "$limit" "$@" >"$log" 2>&1 || status=$?
    if [ $status = 0 ]; then
        say "" "$name: $(($(date +%s) - start)) s."
        return 0
    fi
    failed=1
    reason="status $status"
    [ $status != 124 ] || reason="not done after $limit s"
    say "" "**FAILED** $name ($reason):" "" '```' "$(tail -n 20 "$log")" '```'
    return 1
}

# The folders where the linker looks, and what is in them.
libraries() {
    PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | sed -n 's/^[[:space:]]*\(lib[^ ]*\) .*/\1/p'
    for folder in $(printf %s "${LD_LIBRARY_PATH:-}" | tr : ' '); do
        ls "$folder" 2>/dev/null || true
    done
}

# The resource that the builder takes kernels from is one for each architecture: sm89 for an RTX 4090, sm90 for an H200.
architecture() {
    nvidia-smi --id="$card" --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | tr -d . | grep -x '[0-9][0-9]*' ||
        echo 89
}

: >"$report"
say "# First hour" "" \
    "$(date -u +%Y-%m-%dT%H:%MZ), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), card $card" "" '```' \
    "$(nvidia-smi 2>&1 || echo "nvidia-smi is not here")"
found=$(libraries)
for library in libcuda.so.1 libcudart.so.13 libnvinfer.so.11 libnvonnxparser.so.11 \
    "libnvinfer_builder_resource_sm$(architecture).so.11.2.1"; do
    if printf '%s\n' "$found" | grep -qx "$library"; then
        say "present  $library"
    else
        say "MISSING  $library: neither in ldconfig's list nor in LD_LIBRARY_PATH"
    fi
done
say '```'

if [ "$built" = yes ]; then
    export AUTOGLM_SKIP_BUILD=1
    for needed in model-toolkit/target/classes model-toolkit/target/lib engine-tensorrt/target/classes \
        engine-tensorrt/target/lib engine-tensorrt/target/natives/libjninvinfer.so; do
        [ -e "$needed" ] || {
            echo "first-hour.sh: --built, but there is no $needed: ./mvnw -Pgpu package -DskipTests" >&2
            exit 1
        }
    done
else
    ./mvnw --quiet --batch-mode -Pgpu package -DskipTests -Dspotless.check.skip=true -pl engine-tensorrt -am
    export AUTOGLM_SKIP_BUILD=1
fi

reference=
if [ "$checkpoint" = 9b ]; then
    checkpoint=$out/random-9b-$layers
    precisions=${precisions:-bf16 int4-fp16}
    [ -f "$checkpoint/complete" ] || {
        rm -rf "$checkpoint"
        attempt "writing random weights of $layers layers" random.log ./autoglm random-checkpoint "$checkpoint" \
            --layers "$layers" --tokenizer models/autoglm-phone-mini/tokenizer.json && touch "$checkpoint/complete"
    }
else
    # What the others are compared with. Of 9B it would take more memory than most machines have.
    attempt "compiling to fp32" compile-fp32.log ./autoglm compile --precision fp32 "$checkpoint" "$out/fp32" &&
        reference="--reference $out/fp32"
fi

selected=
for part in $parts; do
    selected="$selected --part $part"
done
for precision in ${precisions:-fp32 fp16 bf16 int4-fp16}; do
    bundle=$out/$precision
    say "" "# $precision"
    [ "$precision" = fp32 ] && [ -n "$reference" ] ||
        attempt "compiling to $precision" "compile-$precision.log" ./autoglm compile --precision "$precision" \
            "$checkpoint" "$bundle" || continue
    # shellcheck disable=SC2086 # options, word by word
    attempt "building the engines of $precision" "build-$precision.log" ./autoglm build-engine "$bundle" \
        $selected $sizes || continue
    # Each in a process of its own: TensorRT never gives back what a part has taken of the card.
    for part in ${parts:-decoder vision-encoder audio-encoder}; do
        [ "$part" != fusion ] || continue
        # shellcheck disable=SC2086
        attempt "measuring the $part of $precision" "measure-$precision-$part.log" ./autoglm first-hour "$bundle" \
            --part "$part" $reference --report "$report" $sizes || true
    done
done
echo "The report is $report."
exit $failed
