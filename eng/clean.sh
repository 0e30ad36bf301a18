source "$ROOT/eng/packages.sh"
source "$ROOT/eng/build.sh"

clean_usage() {
    cat <<'TEXT'
usage: ./dev clean [--data DIR]

Ends the apps, HAProxy and the container service that belong to a data folder (default ./data).
The folder itself, with the database, keys and sources in it, is never touched. Stop the server first.
For a server on PostgreSQL, set the Postgres__ variables that it has (Postgres__ConnectionString and its sisters).
TEXT
}

dev_clean() {
    local data=$ROOT/data
    while (($#)); do
        case "$1" in
            -h | --help) clean_usage; return ;;
            --data) data=$(option_value clean "$@"); shift 2 ;;
            *) usage_error clean "there is no option '$1'" ;;
        esac
    done
    data=$(realpath -m -- "$data")
    if [[ ! -d $data ]]; then
        say "There is no folder $data, so there is nothing to end."
        return
    fi
    ensure_packages
    build_server || die 'the build failed'
    umask 077
    exec dotnet "$ROOT/$WEB_OUTPUT" --data "$data" --stop-apps
}
