#!/bin/sh
# Packs everything for a site without internet: sh deploy/bundle.sh --help
set -eu

usage() {
    cat <<'USAGE'
Usage: sh deploy/bundle.sh --output <folder> [--model <folder>] [--prefix <name>] [--tag <tag>] [<image>...]

Writes the images, the chart and the model into a new folder, with SHA256SUMS over all of it and a script, load.sh, that
checks the sums and pushes the images to the registry of the site. Carry the folder there as it is.

  --output <folder>  new folder to write
  --model <folder>   checkpoint or bundle to take along
  --prefix <name>    of the images, as they were built          (default: autoglm)
  --tag <tag>        of the images                              (default: latest)
  <image>            takes only these of gateway, vision-encoder, audio-encoder, decoder, compiler, engine-builder; with a
                     tag of its own as in decoder:0.1.0-gpu  (default: all but engine-builder)
USAGE
}

fail() { echo "bundle.sh: $1" >&2; exit "${2:-1}"; }

output= model= prefix=autoglm tag=latest images=
while [ $# -gt 0 ]; do
    case $1 in
        --output | --model | --prefix | --tag)
            [ $# -ge 2 ] || fail "$1 needs a value; see --help" 2
            case $1 in
                --output) output=$2 ;;
                --model) model=$2 ;;
                --prefix) prefix=$2 ;;
                --tag) tag=$2 ;;
            esac
            shift 2 ;;
        --help | -h) usage; exit 0 ;;
        -*) fail "unknown option $1; see --help" 2 ;;
        *) images="$images $1"; shift ;;
    esac
done
[ -n "$output" ] || fail "--output is missing: the folder to write; see --help" 2
[ ! -e "$output" ] || fail "$output exists already: name a new folder"
[ -z "$model" ] || [ -f "$model/config.json" ] || [ -f "$model/bundle.json" ] ||
    fail "$model is neither a checkpoint (config.json) nor a bundle (bundle.json)"
command -v docker >/dev/null || fail "docker is not installed"
images=${images:-gateway vision-encoder audio-encoder decoder compiler}
names=
for image in $images; do
    case $image in
        *:*) name=$prefix/$image ;;
        *) name=$prefix/$image:$tag ;;
    esac
    docker image inspect "$name" >/dev/null 2>&1 ||
        fail "there is no image $name: build it with deploy/images/build.sh, or see --prefix and --tag"
    names="$names $name"
done

AUTOGLM_HOME=$(cd "$(dirname "$0")/.." && pwd)
chart=$AUTOGLM_HOME/helm/autoglm
version=$(sed -n 's/^version: //p' "$chart/Chart.yaml")
mkdir -p "$output"
trap '[ -f "$output/SHA256SUMS" ] || rm -rf "$output"' EXIT

echo "images:$names"
# One archive: layers that images share are in it once.
# shellcheck disable=SC2086
docker save --output "$output/images.tar" $names
printf '%s\n' $names >"$output/images.txt"

echo "chart: autoglm-$version.tgz"
# As `helm package` does: without what .helmignore names, with the files that links point to.
tar --create --gzip --dereference --exclude=autoglm/ci --file "$output/autoglm-$version.tgz" \
    --directory "$(dirname "$chart")" autoglm

if [ -n "$model" ]; then
    echo "model: $model"
    mkdir "$output/model"
    cp -RL "$model/." "$output/model"
    # The list that the chart's model.source: https asks for.
    (cd "$output/model" && rm -f SHA256SUMS &&
        find . -type f ! -name SHA256SUMS | LC_ALL=C sort | sed 's|^\./||' | tr '\n' '\0' | xargs -0 sha256sum >../model.sums &&
        mv ../model.sums SHA256SUMS)
fi
cp "$AUTOGLM_HOME/deploy/bundle-load.sh" "$output/load.sh"
(cd "$output" && find . -type f | LC_ALL=C sort | sed 's|^\./||' | tr '\n' '\0' | xargs -0 sha256sum >../.autoglm-sums.$$ &&
    mv ../.autoglm-sums.$$ SHA256SUMS)
echo "Written: $output. There: sh $(basename "$output")/load.sh --registry <host>"
