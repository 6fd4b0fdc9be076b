#!/bin/sh
# Simulates fleets with given step times: sh benchmarks/capacity.sh --step-times benchmarks/step-times/<file>, --help
set -eu
AUTOGLM_HOME=$(cd "$(dirname "$0")/.." && pwd)
. "$AUTOGLM_HOME/scripts/jdk25.sh"
cd "$AUTOGLM_HOME"
./mvnw --quiet --batch-mode package -DskipTests -Dspotless.check.skip=true -pl benchmarks -am
./mvnw --quiet --batch-mode dependency:copy-dependencies -pl benchmarks -DincludeScope=runtime -DoutputDirectory=target/lib
exec "$JAVA_HOME/bin/java" -cp "benchmarks/target/classes:benchmarks/target/lib/*" ai.autoglm.benchmarks.CapacityTable "$@"
