source "$ROOT/eng/packages.sh"

fmt_usage() {
    cat <<'TEXT'
usage: ./dev fmt [--check]

Formats the sources as .editorconfig says. --check changes nothing and fails when something would change.
TEXT
}

dev_fmt() {
    local check=()
    while (($#)); do
        case "$1" in
            -h | --help) fmt_usage; return ;;
            --check) check=(--verify-no-changes); shift ;;
            *) usage_error fmt "there is no option '$1'" ;;
        esac
    done
    ensure_packages
    cd -- "$ROOT"
    dotnet format whitespace Orleans.sln "${check[@]}" || die "${check[0]:+the format is off; ./dev fmt puts it right}"
    dotnet format style Orleans.sln --no-restore "${check[@]}" || die "${check[0]:+the style is off; ./dev fmt puts it right}"
}
