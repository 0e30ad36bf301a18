source "$ROOT/eng/packages.sh"

test_usage() {
    cat <<'TEXT'
usage: ./dev test [filter...]

Installs what is missing, builds the solution once (Debug), runs every tests/*.Tests project, three at a time (two on slow cores), and ends
with the plain line `N passed, N failed` (`, N skipped` is added when there are any). Exits non-zero on any failure or when nothing ran.

Without a filter, tests of the category Soak are left to ./dev soak.

  filter   a part of a test's full name (several are or-ed), or an expression of `dotnet test --filter` (has = or ~)

The whole is meant to take less than 20 minutes on 2 idle cores. A project that makes the whole run longer than 80 minutes (a machine
shared with others) is ended and counts as a failure, as does a test host that crashes. PALISADE_SEED=N repeats a randomised test's run.
TEXT
}

TOTAL_SECONDS=4800
HANG_TIMEOUT=900s
LANES=()

dev_test() {
    local filter='' word
    while (($#)); do
        case "$1" in
            -h | --help) test_usage; return ;;
            -*) usage_error test "there is no option '$1'" ;;
            *[=~]*) word=$1 ;;
            *) word="FullyQualifiedName~$1" ;;
        esac
        filter=${filter:+$filter|}$word
        shift
    done
    ensure_packages "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
    run_tests "$filter"
}

# run_tests FILTER: build, run, count. Used by soak too.
run_tests() {
    local filter=$1 started=$SECONDS
    cd -- "$ROOT"
    mkdir -p .dev
    local results
    results=$(mktemp -d "$ROOT/.dev/test-XXXXXX")
    # Unix sockets live under the tests' temporary folders, and their paths may have only 107 bytes.
    PALISADE_TEST_TMP=$(mktemp -d "/tmp/pt-XXXXXX")
    # PostgreSQL refuses to run as root; its own user passes through here, and sees nothing.
    chmod 711 "$PALISADE_TEST_TMP"
    export TMPDIR=$PALISADE_TEST_TMP
    # Hundreds of short processes that share the cores: none spins while others wait for them, profiles its code for a later that
    # never comes, or maps each piece of it twice. A fifth of a test host's processor time (42.6 to 34.7 s for Grains.Tests.Apps).
    export DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0 DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0
    # shellcheck disable=SC2064 # the values of now
    trap "end_tests '$results' '$PALISADE_TEST_TMP'" EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM

    say 'Building (Debug)...'
    if ! dotnet build Orleans.sln -c Debug -v quiet --nologo -clp:NoSummary >"$results/build.log" 2>&1; then
        grep -E '(error|warning) [A-Z]+[0-9]+' "$results/build.log" | sort -u | head -n 40 || tail -n 40 "$results/build.log"
        ! grep -qE 'error NU11[0-9]{2}' "$results/build.log" ||
            echo 'The package feed does not serve what is named above (NuGet.config, or nuget.org by default), and nothing is built or tested without it.'
        echo 'The build failed.'
        echo '0 passed, 1 failed'
        exit 1
    fi
    local built=$((SECONDS - started))
    say "Built in $built s."

    # Long stories against real machines run in ./dev soak, or when they are asked for by name.
    filter=${filter:-Category!=Soak}
    # Tests on real containers wait most of the time, and those of Cluster.Tests look at their own rack only: three lanes
    # keep two cores busy. Racks.Local.Tests look at the whole machine: they come last of the longest lane, when nothing
    # runs beside them. A lane's word is a project, or a project, the name of a part of it and that part's filter.
    local cluster=tests/Cluster.Tests/Cluster.Tests.csproj
    local resilience=("$cluster Resilience FullyQualifiedName~Cluster.Tests.Resilience." tests/Racks.Local.Tests/Racks.Local.Tests.csproj)
    local project journeys=("$cluster Journey FullyQualifiedName~Cluster.Tests.Journey.") others=()
    for project in tests/*.Tests/*.Tests.csproj; do
        case $project in
            "$cluster" | */Racks.Local.Tests.csproj) ;;
            */Storage.Tests.csproj | */Web.Tests.csproj) journeys+=("$project") ;;
            *) others+=("$project") ;;
        esac
    done
    others+=("$cluster Others FullyQualifiedName!~Cluster.Tests.Journey.&FullyQualifiedName!~Cluster.Tests.Resilience.")
    # Cores that build for a minute are slow or shared: a third lane would only starve the other two.
    local joined=()
    if ((built > 60)); then
        joined=("${journeys[@]}")
        journeys=()
    fi
    LANES=()
    : >"$results/counts"
    run_lane "$filter" "$results" "$started" "${resilience[@]}" &
    LANES+=($!)
    if ((${#journeys[@]})); then
        run_lane "$filter" "$results" "$started" "${journeys[@]}" &
        LANES+=($!)
    fi
    run_lane "$filter" "$results" "$started" "${joined[@]}" "${others[@]}" &
    LANES+=($!)
    wait "${LANES[@]}" || true
    LANES=()

    PASSED=0 FAILED=0 SKIPPED=0
    local passed failed skipped
    while read -r passed failed skipped; do
        PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
    done <"$results/counts"
    if (($(wc -l <"$results/counts") < ${#resilience[@]} + ${#journeys[@]} + ${#joined[@]} + ${#others[@]})); then
        FAILED=$((FAILED + 1))
        echo 'A project ended without counts.'
    fi
    failed_tests "$results"/*.log
    ((PASSED + FAILED)) || echo "Nothing ran${filter:+: no test matches '$filter'}."
    local line="$PASSED passed, $FAILED failed"
    ((SKIPPED)) && line+=", $SKIPPED skipped"
    echo "$line"
    ((FAILED == 0 && PASSED > 0))
}

# run_lane FILTER RESULTS STARTED WORD...: one after the other.
run_lane() {
    local filter=$1 results=$2 started=$3 word project part parts
    shift 3
    trap - EXIT
    trap '[[ -z ${RUNNING:-} ]] || kill -TERM -- "-$RUNNING"; exit 143' INT TERM
    for word; do
        read -r project part parts <<<"$word"
        run_project "$project" "$part" "${parts:+($parts)&}($filter)" "$results" $((TOTAL_SECONDS - (SECONDS - started))) >"$results/said.$BASHPID"
        cat "$results/said.$BASHPID"
    done
}

# run_project PROJECT PART FILTER RESULTS SECONDS_LEFT: says what came of it, and adds its counts to RESULTS/counts.
run_project() {
    local name limit=$5 status=0 started=$SECONDS
    name=$(basename -- "$1" .csproj)${2:+.$2}
    local log="$4/$name.log" trx="$4/$name.trx"
    if ((limit <= 0)); then
        echo "0 1 0" >>"$4/counts"
        echo "$name: not run, the time for all tests is over"
        return
    fi
    # timeout puts the run into a process group of its own and ends only that.
    setsid --wait timeout --kill-after=15 "$limit" \
        dotnet test "$1" -c Debug --no-build --nologo ${3:+--filter "$3"} \
        --logger "trx;LogFileName=$trx" --logger 'console;verbosity=minimal' --results-directory "$4/$name" \
        --blame-hang --blame-hang-timeout "$HANG_TIMEOUT" --blame-hang-dump-type none >"$log" 2>&1 </dev/null &
    RUNNING=$!
    wait "$RUNNING" || status=$?
    RUNNING=

    local total=0 executed=0 passed=0 failed=0
    if [[ -s $trx ]]; then
        local counters
        counters=$(grep -o '<Counters [^>]*>' "$trx" | head -n 1)
        total=$(counter total "$counters") executed=$(counter executed "$counters")
        passed=$(counter passed "$counters") failed=$((executed - passed))
    fi
    local skipped=$((total - executed)) note=''
    if ((status == 124 || status == 137)); then
        failed=$((failed + 1)) note="; ended after ${limit} s"
    elif ((status != 0 && failed == 0)); then
        failed=1 note="; the test host failed (exit code $status)"
    elif grep -q 'Test Run Aborted\|test run was aborted\|Test host process crashed' "$log"; then
        failed=$((failed + 1)) note='; the test host crashed'
    fi
    echo "$passed $failed $skipped" >>"$4/counts"

    if ((failed)); then
        redact <"$log" | grep -v '^\(Results File\|Test run for\|VSTest version\|Starting test execution\|A total of\| *at System\.\|$\)' | cut -c1-400 | head -n 300 || true
    fi
    if ((total + failed)); then
        echo "$name: $passed passed, $failed failed$( ((skipped)) && echo ", $skipped skipped")$note ($((SECONDS - started)) s)"
    fi
}

# failed_tests LOG...: each once more by name and first words, where the end of a long log is all that is seen of it.
failed_tests() {
    grep -h -A 5 -E '^ +Failed [A-Za-z]+[.]' "$@" 2>/dev/null | redact | grep -vE '^ +(Error Message:|Stack Trace:|at )|^--$' | cut -c1-300 || true
}

# counter NAME COUNTERS: an attribute of the trx file's Counters element.
counter() {
    [[ $2 =~ \ $1=\"([0-9]+)\" ]] && echo "${BASH_REMATCH[1]}" || echo 0
}

# SECURITY: tokens and passwords of test servers stay out of CI logs, although these servers are gone when the run is.
redact() {
    sed -E 's/pl[ktrsi]_[A-Za-z0-9]{8,}/[redacted]/g
        s/(Basic|Bearer) [A-Za-z0-9+\/=._~-]{8,}/\1 [redacted]/g
        s/\b("?(password|cliToken|token)"?[=:] *"?)[^", ]+/\1[redacted]/gi'
}

# Ends what a killed run left: its lanes with their process groups, and the apps of servers whose data folder is still there.
end_tests() {
    ((!${#LANES[@]})) || kill -TERM "${LANES[@]}" 2>/dev/null || true
    ((!${#LANES[@]})) || wait "${LANES[@]}" 2>/dev/null || true
    local server="$ROOT/src/Web/bin/Debug/net10.0/Palisade.Web.dll" file
    for file in "$2"/*/first-run.json; do
        [[ -e $file && -e $server ]] || continue
        timeout 60 dotnet "$server" --data "$(dirname -- "$file")" --stop-apps >/dev/null 2>&1 </dev/null || true
    done
    rm -rf -- "$1"
    # podman that was killed while it began leaves what it tried out mounted.
    awk -v below="$2/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount -l
    rm -rf -- "$2" 2>/dev/null || say "Something under $2 is still in use and stays."
}
