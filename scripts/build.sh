# Sourced: builds what the scripts run, unless it is newer than every source file. AUTOGLM_SKIP_BUILD=1: never builds,
# for whoever has just built it another way.

build_when_needed() {
    [ "${AUTOGLM_SKIP_BUILD:-}" != 1 ] || return 0
    stamp=$AUTOGLM_HOME/.autoglm/built
    if [ -f "$stamp" ] && [ -f "$AUTOGLM_HOME/gateway-service/target/quarkus-app/quarkus-run.jar" ]; then
        newer=$(find "$AUTOGLM_HOME"/pom.xml "$AUTOGLM_HOME"/*/pom.xml "$AUTOGLM_HOME"/*/src/main -newer "$stamp" -type f | head -n 1)
        [ -n "$newer" ] || return 0
    fi
    echo "Building AutoGLM Serve (a few minutes the first time)..." >&2
    mkdir -p "$AUTOGLM_HOME/.autoglm"
    log=$AUTOGLM_HOME/.autoglm/build.log
    if ! (cd "$AUTOGLM_HOME" && ./mvnw --quiet --batch-mode package -DskipTests -Dspotless.check.skip=true \
        -pl vision-encoder-service,audio-encoder-service,decoder-service,gateway-service -am) >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        echo "The build failed; its whole log is $log." >&2
        exit 1
    fi
    touch "$stamp"
}
