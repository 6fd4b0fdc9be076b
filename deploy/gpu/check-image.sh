#!/bin/sh
# Says what an image lacks to run on a GPU: sh deploy/gpu/check-image.sh [--builder] <image>
# Needs no GPU. Exit status 1 when something is missing.
set -eu

builder=no
[ "${1:-}" = --builder ] && { builder=yes; shift; }
[ $# = 1 ] || { echo "Usage: sh deploy/gpu/check-image.sh [--builder] <image>" >&2; exit 2; }
image=$1
command -v docker >/dev/null || { echo "check-image.sh: docker is not installed" >&2; exit 1; }
docker image inspect "$image" >/dev/null 2>&1 || { echo "check-image.sh: there is no image $image here" >&2; exit 1; }

found=$(docker run --rm --network none --entrypoint sh "$image" -c '
    PATH=$PATH:/sbin:/usr/sbin
    ldconfig -p 2>/dev/null | sed -n "s/^[[:space:]]*\(lib[^ ]*\) .*/\1/p"
    for folder in $(printf %s "${LD_LIBRARY_PATH:-}" | tr : " ") /usr/local/cuda/lib64 /opt/autoglm/gpu; do
        ls "$folder" 2>/dev/null || true
    done')

missing=0
need() {
    if printf '%s\n' "$found" | grep -qx "$1"; then
        echo "present  $1"
    else
        echo "MISSING  $1: $2"
        missing=1
    fi
}
need libjnijavacpp.so "the bindings; deploy/images/build.sh --gpu adds them"
need libjnicudart.so "the bindings; deploy/images/build.sh --gpu adds them"
need libjninvinfer.so "the bindings; deploy/images/build.sh --gpu adds them"
need libcudart.so.13 "CUDA 13's runtime, from the base image"
need libnvinfer.so.11 "TensorRT 11.2, from the base image"
if [ "$builder" = yes ]; then
    need libjninvonnxparser.so "the bindings; deploy/images/build.sh --gpu adds them"
    need libnvonnxparser.so.11 "TensorRT 11.2's parser, from the base image"
    need libnvinfer_builder_resource_sm89.so.11.2.1 "the builder's kernels for an RTX 4090, from NVIDIA's own package"
fi
for unwanted in libcublas.so.13 libcudnn.so.9; do
    ! printf '%s\n' "$found" | grep -qx "$unwanted" || echo "unused   $unwanted: may be left out of the base image"
done
[ $missing = 0 ] && echo "The image has what it needs; the host needs a driver of release R580 or newer."
exit $missing
