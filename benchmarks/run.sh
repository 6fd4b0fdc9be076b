#!/bin/sh
# Starts a server with the embedded model on ports of its own, measures it, stops it: sh benchmarks/run.sh
set -eu
AUTOGLM_HOME=$(cd "$(dirname "$0")/.." && pwd)
. "$AUTOGLM_HOME/scripts/jdk25.sh"
cd "$AUTOGLM_HOME"
mkdir -p .autoglm
./mvnw --quiet --batch-mode package -DskipTests -Dspotless.check.skip=true -pl benchmarks -am
sh ./autoglm serve --host 127.0.0.1 --port 8800 --management-port gateway=9900 --management-port vision-encoder=9901 \
    --management-port audio-encoder=9902 --management-port decoder=9903 --service-port vision-encoder=9801 \
    --service-port audio-encoder=9802 --service-port decoder=9803 >.autoglm/benchmark-server.log 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true' EXIT INT TERM
until grep -q "Application startup complete" .autoglm/benchmark-server.log; do
    kill -0 $server 2>/dev/null || { cat .autoglm/benchmark-server.log; exit 1; }
    sleep 1
done
golden=model-toolkit/src/test/resources/golden/autoglm-phone-mini
"$JAVA_HOME/bin/java" -cp "benchmarks/target/classes:benchmarks/target/lib/*" ai.autoglm.benchmarks.ServingBenchmark \
    --url http://127.0.0.1:8800 --management http://127.0.0.1:9900 --image $golden/home.png --audio $golden/command.wav "$@"
