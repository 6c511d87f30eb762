# Finds a JDK 25, wherever it is installed; read by the scripts beside it, not run.

die() {
    printf 'weir: %s\n' "$*" >&2
    exit 1
}

# Whether a folder holds a JDK or runtime 25; reads its release file, starts nothing.
is_25() {
    [[ -x $1/bin/java && -r $1/release ]] && grep -q '^JAVA_VERSION="25[".+-]' "$1/release"
}

find_java() {
    local home on_path
    if [[ -n ${JAVA_HOME:-} ]] && is_25 "$JAVA_HOME"; then
        echo "$JAVA_HOME"
        return
    fi
    if on_path=$(command -v java); then
        on_path=$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")
        home=$(dirname "$(dirname "$on_path")")
        if is_25 "$home"; then
            echo "$home"
            return
        fi
    fi
    for home in /usr/lib/jvm/* ~/.sdkman/candidates/java/* ~/.jdks/* /opt/* /opt/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if is_25 "$home"; then
            echo "$home"
            return
        fi
    done
    if [[ -x /usr/libexec/java_home ]] && home=$(/usr/libexec/java_home -v 25 2>/dev/null) && is_25 "$home"; then
        echo "$home"
        return
    fi
    die "no JDK 25 found in JAVA_HOME, on the PATH, in /usr/lib/jvm, ~/.sdkman, ~/.jdks or /opt: install one (for example Eclipse Temurin 25, https://adoptium.net) or point JAVA_HOME at it"
}
