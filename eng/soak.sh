source "$ROOT/eng/test.sh"

# A round plays as many stories, from its seed on: the next one's are others.
SEEDS=10000

soak_usage() {
    cat <<'TEXT'
usage: ./dev soak [--minutes N] [--seed S]

Repeats the tests of the category Soak (randomised ones: faults, crashes, races) and Load (no request is lost at 200 a
second), each round with the next seed, until the minutes (default 10) are over or a round fails. The seed of each round is
printed; --seed starts from it.
TEXT
}

dev_soak() {
    local minutes=10 seed=$((RANDOM * 32768 + RANDOM))
    while (($#)); do
        case "$1" in
            -h | --help) soak_usage; return ;;
            --minutes) minutes=$(option_value soak "$@"); shift 2 ;;
            --seed) seed=$(option_value soak "$@"); shift 2 ;;
            *) usage_error soak "there is no option '$1'" ;;
        esac
    done
    whole_number soak --minutes "$minutes" 1 10000
    whole_number soak --seed "$seed" 0 2000000000
    ensure_packages "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
    local ends=$((SECONDS + minutes * 60)) rounds=0
    while ((SECONDS < ends)); do
        say "Round $((rounds + 1)): PALISADE_SEED=$seed"
        # A round is a process of its own, so that its traps and temporary folders end with it.
        if ! (PALISADE_SEED=$seed PALISADE_RATE=1 run_tests 'Category=Soak|Category=Load'); then
            die "failed with seed $seed; repeat it with: ./dev soak --minutes 1 --seed $seed"
        fi
        rounds=$((rounds + 1)) seed=$((seed + SEEDS))
    done
    echo "$rounds rounds without a failure"
}
