source "$ROOT/eng/packages.sh"
source "$ROOT/eng/build.sh"
source "$ROOT/eng/ports.sh"

run_usage() {
    cat <<'TEXT'
usage: ./dev run [--data DIR] [--https-port N] [--router-port M] [--router-tls-port T] [--bind ADDRESS] [--stop-apps]

Installs what is missing (asks first unless root or CI=true), builds, and starts Palisade in the foreground.
Ctrl-C or SIGTERM stops the server; apps, HAProxy and the container service go on and are adopted at the next start.

  --data DIR        where everything is kept (default ./data, made with mode 0700)
  --https-port N    the console's and the API's port (default 5443)
  --router-port M   the port on which apps answer (default 8080)
  --router-tls-port T  also answer apps over TLS there, with a certificate of the rack's own CA (DIR/racks/*/router/ca.pem)
  --bind ADDRESS    listen there instead of on 127.0.0.1 only; refused while the first-run password is unchanged
  --stop-apps       don't serve: end the apps, HAProxy and container service of the folder, and leave the folder

The first start writes DIR/first-run.json (mode 0600) and says what to type next.
TEXT
}

dev_run() {
    local data=$ROOT/data https=5443 router=8080 stop=() bind=() tls=()
    while (($#)); do
        case "$1" in
            -h | --help) run_usage; return ;;
            --data) data=$(option_value run "$@"); shift 2 ;;
            --https-port) https=$(option_value run "$@"); shift 2 ;;
            --router-port) router=$(option_value run "$@"); shift 2 ;;
            --router-tls-port) tls=(--router-tls-port "$(option_value run "$@")"); shift 2 ;;
            --bind) bind=(--bind "$(option_value run "$@")"); shift 2 ;;
            --stop-apps) stop=(--stop-apps); shift ;;
            *) usage_error run "there is no option '$1'" ;;
        esac
    done
    [[ -n $data ]] || usage_error run '--data needs a folder'
    whole_number run --https-port "$https" 1 65535
    whole_number run --router-port "$router" 1 65535
    ((!${#tls[@]})) || whole_number run --router-tls-port "${tls[1]}" 1 65535
    [[ $https != "$router" ]] || usage_error run "--https-port and --router-port are both $https"

    ensure_packages "${RUN_PACKAGES[@]}"
    data=$(realpath -m -- "$data")
    if ((!${#stop[@]})); then
        require_free_port --https-port "$https" "$data"
        require_free_port --router-port "$router" "$data"
        ((!${#tls[@]})) || require_free_port --router-tls-port "${tls[1]}" "$data"
    fi
    build_server || die 'the build failed'
    umask 077
    # exec: the server is this process, so that a signal to the script reaches it.
    exec dotnet "$ROOT/$WEB_OUTPUT" --data "$data" --https-port "$https" --router-port "$router" "${tls[@]}" "${bind[@]}" "${stop[@]}"
}
