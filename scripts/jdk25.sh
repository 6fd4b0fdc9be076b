# Sourced by the scripts beside it: sets JAVA_HOME to a JDK 25 or newer, or ends with one sentence.

jdk_is_new_enough() {
    [ -x "$1/bin/javac" ] || return 1
    version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    [ -n "$version" ] && [ "$version" -ge 25 ]
}

find_jdk() {
    path_java=$(command -v javac 2>/dev/null) && path_java=$(readlink -f "$path_java" 2>/dev/null || echo "$path_java")
    for home in "${JAVA_HOME:-}" "${path_java%/bin/javac}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* \
        "$HOME"/.jdks/* /opt/java/* /opt/jdk* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if [ -n "$home" ] && jdk_is_new_enough "$home"; then
            JAVA_HOME=$home
            export JAVA_HOME
            return 0
        fi
    done
    echo "AutoGLM Serve needs JDK 25 or newer; none was found. Install one (for example Eclipse Temurin 25) and set JAVA_HOME to it." >&2
    exit 1
}

find_jdk
# Maven itself uses what newer JDKs warn about.
MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
export MAVEN_OPTS
