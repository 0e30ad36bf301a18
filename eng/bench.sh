source "$ROOT/eng/packages.sh"
source "$ROOT/eng/build.sh"

bench_usage() {
    cat <<'TEXT'
usage: ./dev bench [--json FILE] [name-prefix...]

Runs the benchmarks whose name starts with one of the prefixes (all without one), each interleaved with its reference in
the same run, and prints a table. --json also writes [{"name","value","unit","reference","ratio","goal","met"}].
Exits 1 when a goal was missed or a bench failed, 2 when no name matched.
TEXT
}

dev_bench() {
    local args=()
    while (($#)); do
        case "$1" in
            -h | --help) bench_usage; return ;;
            --json) args+=(--json "$(realpath -m -- "$(option_value bench "$@")")"); shift 2 ;;
            -*) usage_error bench "there is no option '$1'" ;;
            *) args+=("$1"); shift ;;
        esac
    done
    ensure_packages "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
    local output=tests/Bench/bin/Release/net10.0/Palisade.Bench.dll
    build_when_stale bench Release tests/Bench/Bench.csproj "$output" src tests/Bench tests/Driver || die 'the build failed'
    cd -- "$ROOT"
    exec dotnet "$ROOT/$output" "${args[@]}"
}
