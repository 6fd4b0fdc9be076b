#!/usr/bin/env bash
# Installs the chart on a real control plane with simulated nodes: bash system-tests/cluster/run.sh --help
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: bash system-tests/cluster/run.sh [--report <file>] [--control-plane-only] <folder>

Starts etcd, kube-apiserver, kube-controller-manager and kube-scheduler from <folder> on 127.0.0.1, registers nodes with
one nvidia.com/gpu each, and lets ClusterIT install, upgrade, take back, change the model (blue/green, all cards taken),
evict and uninstall. Pods are simulated: what is tried is the chart against Kubernetes' own rules, not the images.

  <folder>              holds etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl
  --report <file>       where the report goes, in Markdown      (default: build/cluster-report.md)
  --control-plane-only  only starts the control plane, prints its kubeconfig, and stops it at the end of input

Exits with 77, and says that it did not run, when a program is missing.
USAGE
}

readonly NEEDED=(etcd kube-apiserver kube-controller-manager kube-scheduler kubectl)
AUTOGLM_HOME=$(cd "$(dirname "$0")/../.." && pwd)
report=$AUTOGLM_HOME/build/cluster-report.md
bin='' only=''
while [ $# -gt 0 ]; do
    case $1 in
        --report)
            [ $# -ge 2 ] || { echo "run.sh: --report needs a value; see --help" >&2; exit 2; }
            report=$2; shift 2 ;;
        --control-plane-only) only=1; shift ;;
        --help | -h) usage; exit 0 ;;
        -*) echo "run.sh: unknown option $1; see --help" >&2; exit 2 ;;
        *) bin=$1; shift ;;
    esac
done
[ -n "$bin" ] || { usage >&2; exit 2; }
missing=()
for program in "${NEEDED[@]}"; do
    [ -x "$bin/$program" ] || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "run.sh: DID NOT RUN: there is no ${missing[*]} in $bin. The chart was not installed on a cluster." >&2
    exit 77
fi
command -v openssl >/dev/null || { echo "run.sh: DID NOT RUN: openssl is not installed" >&2; exit 77; }
bin=$(cd "$bin" && pwd)

work=$(mktemp -d)
pids=()
# end <pid>: asks a program to end. An API server without etcd would wait for it for ever.
end() {
    local i
    kill "$1" 2>/dev/null || return 0
    for ((i = 0; i < 100; i++)); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null || true
}

# The last that was started ends first.
stop() {
    local i
    for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
        end "${pids[i]}"
    done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

free_port() {
    local port
    while true; do
        port=$((20000 + RANDOM % 20000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# start <program> <option>...: in the background, its output in a file.
start() {
    "$bin/$1" "${@:2}" >"$work/$1.log" 2>&1 &
    pids+=($!)
}

# await <what> <command>...: until it succeeds, for at most two minutes.
await() {
    local i
    for ((i = 0; i < 240; i++)); do
        "${@:2}" >/dev/null 2>&1 && return
        sleep 0.5
    done
    echo "run.sh: $1 does not start; the last lines of each log:" >&2
    tail -n 20 "$work"/*.log >&2
    exit 1
}

etcd_port=$(free_port) peer_port=$(free_port) api_port=$(free_port)
token=$(openssl rand -hex 16)
openssl genrsa -out "$work/service-accounts.key" 2048 2>/dev/null
echo "$token,admin,admin,system:masters" >"$work/tokens.csv"

start etcd --data-dir "$work/etcd" --log-level error --unsafe-no-fsync \
    --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
    --listen-peer-urls "http://127.0.0.1:$peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
    --initial-cluster "default=http://127.0.0.1:$peer_port"

# Nothing stands behind the address of the Service `kubernetes`, so its endpoints are left out.
start kube-apiserver --etcd-servers "http://127.0.0.1:$etcd_port" --bind-address 127.0.0.1 --advertise-address 127.0.0.1 \
    --secure-port "$api_port" --cert-dir "$work/apiserver" --endpoint-reconciler-type none \
    --service-cluster-ip-range 10.0.0.0/16 --authorization-mode RBAC --token-auth-file "$work/tokens.csv" \
    --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$work/service-accounts.key" \
    --service-account-signing-key-file "$work/service-accounts.key"
await "kube-apiserver's certificate" test -s "$work/apiserver/apiserver.crt"

cat >"$work/kubeconfig" <<CONFIG
apiVersion: v1
kind: Config
clusters: [{name: local, cluster: {server: "https://127.0.0.1:$api_port", certificate-authority: "$work/apiserver/apiserver.crt"}}]
users: [{name: admin, user: {token: "$token"}}]
contexts: [{name: local, context: {cluster: local, user: admin}}]
current-context: local
CONFIG
export KUBECONFIG=$work/kubeconfig
await kube-apiserver "$bin/kubectl" get --raw /readyz

# No kubelet tells of its node: it counts as alive for as long as this takes.
start kube-controller-manager --kubeconfig "$work/kubeconfig" --leader-elect=false --secure-port 0 \
    --node-monitor-grace-period 24h --root-ca-file "$work/apiserver/apiserver.crt" \
    --service-account-private-key-file "$work/service-accounts.key"
start kube-scheduler --kubeconfig "$work/kubeconfig" --leader-elect=false --secure-port 0
await kube-controller-manager "$bin/kubectl" get serviceaccount default

if [ -n "$only" ]; then
    echo "The control plane runs: KUBECONFIG=$work/kubeconfig"
    cat >/dev/null
    exit 0
fi

cd "$AUTOGLM_HOME"
# shellcheck source=../../scripts/jdk25.sh
. "$AUTOGLM_HOME/scripts/jdk25.sh"
kubernetes=$("$bin/kubectl" version --output json | tr -d ' \n' | sed 's/.*"serverVersion":{[^}]*"gitVersion":"\([^"]*\)".*/\1/')
echo "Kubernetes $kubernetes on 127.0.0.1:$api_port"
mkdir -p "$(dirname "$report")"
status=0
AUTOGLM_CLUSTER_KUBECONFIG=$work/kubeconfig AUTOGLM_CLUSTER_REPORT=$report AUTOGLM_CLUSTER_VERSION=$kubernetes \
    ./mvnw --batch-mode --quiet verify -pl helm -am -Dquarkus.build.skip=true -Dtest=NoUnitTest -Dit.test=ClusterIT \
    -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false || status=$?
if [ "$status" -ne 0 ]; then
    { echo; echo '## Events'; echo '```'; "$bin/kubectl" get events --all-namespaces --sort-by .lastTimestamp | tail -n 60; echo '```'; } >>"$report" || true
fi
echo "Report: $report"
exit "$status"
