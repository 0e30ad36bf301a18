# What the dev commands say: progress and errors on stderr, results on stdout.

say() { printf '%s\n' "$*" >&2; }

say_error() { printf 'dev: %s\n' "$*" >&2; }

die() {
    say_error "$@"
    exit 1
}

# usage_error COMMAND MESSAGE: the arguments were wrong.
usage_error() {
    say_error "$2 (./dev $1 --help lists the options)"
    exit 2
}

# option_value COMMAND "$@": the value of the option in front, or an error when there is none.
option_value() {
    [[ $# -ge 3 ]] || usage_error "$1" "$2 needs a value"
    printf '%s' "$3"
}

# whole_number COMMAND OPTION VALUE LOWEST HIGHEST
whole_number() {
    [[ $3 =~ ^[0-9]{1,9}$ ]] && ((10#$3 >= $4 && 10#$3 <= $5)) ||
        usage_error "$1" "$2 must be a whole number from $4 to $5, not '$3'"
}
