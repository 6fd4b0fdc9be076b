#!/bin/sh
# Makes a base image without a registry, from Debian's packages and the JDK on this machine, as root:
# sh deploy/images/local-base.sh [<image>]   (default: autoglm/base:local)
set -eu
image=${1:-autoglm/base:local}
AUTOGLM_HOME=$(cd "$(dirname "$0")/../.." && pwd)
. "$AUTOGLM_HOME/scripts/jdk25.sh"
command -v debootstrap >/dev/null || { echo "local-base.sh: debootstrap is not installed" >&2; exit 1; }

codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=ca-certificates,libgomp1,libstdc++6,zlib1g "$codename" "$root" >"$root.log" 2>&1 ||
    { tail -n 20 "$root.log" >&2; echo "local-base.sh: debootstrap failed; its log is $root.log" >&2; exit 1; }
rm -rf "$root.log" "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/doc "$root"/usr/share/man
mkdir -p "$root/opt/java"
cp -r "$JAVA_HOME/." "$root/opt/java"
rm -rf "$root/opt/java/jmods" "$root"/opt/java/lib/src.zip
tar --create --directory "$root" . | docker import --change 'ENV PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV JAVA_HOME=/opt/java' --change 'ENV LANG=C.UTF-8' - "$image"
