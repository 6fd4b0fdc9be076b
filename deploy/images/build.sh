#!/bin/sh
# Builds the images: sh deploy/images/build.sh --help
set -eu

usage() {
    cat <<'USAGE'
Usage: sh deploy/images/build.sh --base <image> [--prefix <name>] [--tag <tag>] [<service>...]

Builds one image for each of gateway, vision-encoder, audio-encoder and decoder, and one called compiler that turns a
checkpoint into a bundle.

  --base <image>    has Java 25 in its PATH, glibc, libstdc++ and libgomp; sh deploy/images/local-base.sh makes one
  --prefix <name>   of the images, with the registry's host where there is one   (default: autoglm)
  --tag <tag>       of the images                                                (default: latest)
  --gpu             adds the bindings of CUDA and TensorRT to each, and builds one called engine-builder; the base must
                    have NVIDIA's libraries: deploy/gpu/stub-base.Dockerfile lists them
  <service>         builds only these
USAGE
}

base= prefix=autoglm tag=latest services= gpu=no
while [ $# -gt 0 ]; do
    case $1 in
        --base) base=$2; shift 2 ;;
        --prefix) prefix=$2; shift 2 ;;
        --tag) tag=$2; shift 2 ;;
        --gpu) gpu=yes; shift ;;
        --help | -h) usage; exit 0 ;;
        -*) echo "build.sh: unknown option $1; see --help" >&2; exit 2 ;;
        *) services="$services $1"; shift ;;
    esac
done
[ -n "$base" ] || { echo "build.sh: --base is missing: the image with Java 25 to build on; see --help" >&2; exit 2; }
command -v docker >/dev/null || { echo "build.sh: docker is not installed" >&2; exit 1; }

AUTOGLM_HOME=$(cd "$(dirname "$0")/../.." && pwd)
. "$AUTOGLM_HOME/scripts/jdk25.sh"
cd "$AUTOGLM_HOME"
services=${services:-gateway vision-encoder audio-encoder decoder compiler}
profile=
[ "$gpu" = no ] || profile=-Pgpu

# A layout of its own, which the JVM's cache of loaded classes asks for.
./mvnw --quiet --batch-mode $profile package -DskipTests -Dspotless.check.skip=true -Dquarkus.package.jar.type=aot-jar \
    -Dquarkus.package.output-directory=image \
    -pl gateway-service,vision-encoder-service,audio-encoder-service,decoder-service -am

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
for service in $services; do
    rm -rf "${context:?}"/*
    cp -r models/autoglm-phone-mini "$context/model"
    if [ "$service" = compiler ]; then
        cp deploy/images/compiler.Dockerfile "$context/Dockerfile"
        mkdir "$context/toolkit"
        cp -r model-toolkit/target/classes model-toolkit/target/lib "$context/toolkit"
        if [ "$gpu" = yes ]; then
            cp -r engine-tensorrt/target/lib/. "$context/toolkit/lib"
            cp -r engine-tensorrt/target/classes "$context/toolkit/engine"
        fi
    else
        cp deploy/images/Dockerfile "$context/Dockerfile"
        cp -r "$service-service/target/image" "$context/service"
    fi
    docker build --build-arg BASE_IMAGE="$base" --build-arg SERVICE="$service" --tag "$prefix/$service:$tag" "$context"
    if [ "$gpu" = yes ] && [ "$service" != gateway ]; then
        target=$service
        [ "$service" != compiler ] || target=engine-builder
        rm -rf "${context:?}"/*
        cp deploy/gpu/gpu.Dockerfile "$context/Dockerfile"
        cp -r engine-tensorrt/target/natives "$context/natives"
        docker build --build-arg SERVICE_IMAGE="$prefix/$service:$tag" --tag "$prefix/$target:$tag" "$context"
    fi
done
