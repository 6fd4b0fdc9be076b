#!/bin/sh
# Checks what deploy/bundle.sh has packed, and pushes the images: sh load.sh --help
set -eu

usage() {
    cat <<'USAGE'
Usage: sh load.sh (--registry <host> | --check)

Checks every file against SHA256SUMS; then loads the images into the local container engine and pushes them to a registry.

  --registry <host>  of the site, as the chart's image.registry has it
  --check            only checks the files
USAGE
}

registry= check=
while [ $# -gt 0 ]; do
    case $1 in
        --registry)
            [ $# -ge 2 ] || { echo "load.sh: --registry needs a value; see --help" >&2; exit 2; }
            registry=$2; shift 2 ;;
        --check) check=1; shift ;;
        --help | -h) usage; exit 0 ;;
        *) echo "load.sh: unknown option $1; see --help" >&2; exit 2 ;;
    esac
done
[ -n "$registry$check" ] || { echo "load.sh: --registry is missing; see --help" >&2; exit 2; }

cd "$(dirname "$0")"
sha256sum --check --quiet SHA256SUMS || { echo "load.sh: files are damaged; nothing was loaded" >&2; exit 1; }
echo "All files are as they were packed."
[ -z "$check" ] || exit 0
docker load --quiet --input images.tar
while read -r image; do
    path=$image
    case $image in
        # Built for another registry: a host is what has a dot or a port before the first slash.
        */*) case ${image%%/*} in *[.:]*) path=${image#*/} ;; esac ;;
    esac
    docker tag "$image" "$registry/$path"
    docker push "$registry/$path"
done <images.txt
chart=$(ls autoglm-*.tgz)
echo "Next: helm install autoglm $chart --set image.registry=$registry,image.tag=$(sed -n '1s/.*://p' images.txt) …"
