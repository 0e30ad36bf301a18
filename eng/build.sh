# Building once: a stamp says when the last good build was, and a build is skipped when no source is newer.

# build_when_stale NAME CONFIGURATION TARGET FOLDER...
build_when_stale() {
    local stamp="$ROOT/.dev/built-$1-$2" target=$3 configuration=$2 output=$4
    local sources=("${@:5}")
    mkdir -p "$ROOT/.dev"
    # Two starts at the same time must not build into one folder at the same time.
    exec 9>"$ROOT/.dev/build.lock"
    flock 9
    if [[ ! -e $stamp || ! -e $ROOT/$output || -n $(newer_than "$stamp" "${sources[@]}") ]]; then
        local before="$stamp.next" log="$ROOT/.dev/build.log"
        : >"$before"
        say "Building $target ($configuration)..."
        if ! (cd -- "$ROOT" && dotnet build "$target" -c "$configuration" -v quiet --nologo -clp:NoSummary) >"$log" 2>&1 9>&-; then
            grep -E '(error|warning) [A-Z]+[0-9]+' "$log" | sort -u | head -n 40 >&2 || tail -n 40 "$log" >&2
            exec 9>&-
            return 1
        fi
        mv -f -- "$before" "$stamp"
    fi
    exec 9>&-
}

# The first file or folder that is newer than the stamp, if any. A deleted file shows as its folder's newer time;
# folders that hold only what a build writes are not looked at.
newer_than() {
    local stamp=$1
    shift
    (cd -- "$ROOT" && find "$@" Directory.Build.props Directory.Packages.props global.json .editorconfig \
        \( -name bin -o -name obj -o -name node_modules \) -prune -o \
        \( -type f -o -type d \) -newer "$stamp" -print -quit)
}

WEB_OUTPUT=src/Web/bin/Release/net10.0/Palisade.Web.dll

build_server() { build_when_stale server Release src/Web/Web.csproj "$WEB_OUTPUT" src; }
