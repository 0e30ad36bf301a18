source "$ROOT/eng/packages.sh"

fmt_usage() {
    cat <<'TEXT'
usage: ./dev fmt [--check]

Formats the sources: layout by CSharpier (its version is in .config/dotnet-tools.json), the rest as .editorconfig says.
--check changes nothing and fails when something would change.
TEXT
}

dev_fmt() {
    local check=() layout=format
    while (($#)); do
        case "$1" in
            -h | --help) fmt_usage; return ;;
            --check) check=(--verify-no-changes) layout=check; shift ;;
            *) usage_error fmt "there is no option '$1'" ;;
        esac
    done
    ensure_packages
    cd -- "$ROOT"
    dotnet tool restore >/dev/null || die 'the formatter could not be restored'
    dotnet csharpier "$layout" . || die "${check[0]:+the format is off; ./dev fmt puts it right}"
    dotnet format style Orleans.sln "${check[@]}" || die "${check[0]:+the style is off; ./dev fmt puts it right}"
}
