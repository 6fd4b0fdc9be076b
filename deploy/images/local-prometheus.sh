#!/bin/sh
# Makes an image of Prometheus without a registry, from Debian's package on this machine:
# sh deploy/images/local-prometheus.sh [<base image> [<image>]]   (default: autoglm/base:local autoglm/prometheus:local)
set -eu
base=${1:-autoglm/base:local}
image=${2:-autoglm/prometheus:local}
program=$(command -v prometheus) || { echo "local-prometheus.sh: Debian's package prometheus is not installed" >&2; exit 1; }

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cp "$program" "$context/prometheus"
cat >"$context/Dockerfile" <<'DOCKERFILE'
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
COPY prometheus /usr/local/bin/prometheus
RUN mkdir /prometheus && chown 65534:65534 /prometheus
USER 65534:65534
WORKDIR /prometheus
ENTRYPOINT ["prometheus", "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
DOCKERFILE
docker build --build-arg BASE_IMAGE="$base" --tag "$image" "$context"
