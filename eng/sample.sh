source "$ROOT/eng/packages.sh"

sample_usage() {
    cat <<'TEXT'
usage: ./dev sample [--data DIR]

Deploys examples/hello as the app `hello` to the local rack of the server that `./dev run` started on that data folder
(default ./data), with the token of its first-run.json, and prints the app's URL.
TEXT
}

BUILD_SECONDS=300
PROMOTE_SECONDS=300

dev_sample() {
    local data=$ROOT/data
    while (($#)); do
        case "$1" in
            -h | --help) sample_usage; return ;;
            --data) data=$(option_value sample "$@"); shift 2 ;;
            *) usage_error sample "there is no option '$1'" ;;
        esac
    done
    ensure_packages "${SAMPLE_PACKAGES[@]}"

    local first="$data/first-run.json"
    [[ -r $first ]] || die "there is no $first; start the server first with ./dev run (or name its folder with --data), or deploy with your own login: examples/hello/README.md"
    URL=$(field url <"$first") RACK=$(field organization <"$first")/$(field rack <"$first")
    local router
    router=$(field routerUrl <"$first")
    WORK=$(mktemp -d)
    trap 'rm -rf -- "$WORK"' EXIT
    connect "$(field cliToken <"$first")"

    local app=hello build release
    create_app "$app"
    upload_source "$app"
    api POST "/apps/$app/builds" --data-urlencode "url=$(field Url <"$WORK/body")" --data-urlencode 'description=the sample'
    build=$(field id <"$WORK/body")
    await_build "$app" "$build"
    release=$(field release <"$WORK/body")
    [[ -n $release ]] || die "the build $build ended without a release"
    promote "$app" "$release"
    show_answer "$app" "$router"
}

# connect TOKEN: SECURITY: the token goes to curl in a file that only this user can read, never as an argument.
connect() {
    local host=${URL#https://}
    host=${host%%/*}
    (
        umask 077
        {
            printf 'user = "convox:%s"\n' "$1"
            printf 'header = "Rack: %s"\n' "$RACK"
            # The first start makes its own certificate. That is accepted on this machine only.
            [[ ${host%:*} =~ ^(localhost|127\.0\.0\.1|\[::1\]|.*\.localhost)$ ]] && echo insecure
            [[ ${host%:*} == *.localhost ]] && printf 'resolve = "%s:127.0.0.1"\n' "$host"
            printf 'silent\nshow-error\nmax-time = 120\n'
        } >"$WORK/curl"
    )
    api GET /racks
    grep -q "\"${RACK#*/}\"" "$WORK/body" || die "the server at $URL does not list the rack $RACK"
}

# api METHOD PATH [curl options]: the answer is in $WORK/body. An error of the server ends the command with its text.
api() {
    try_api "$@" || die "$1 $2: $(error_text)"
}

try_api() {
    local status
    : >"$WORK/body"
    status=$(curl --config "$WORK/curl" --request "$1" --output "$WORK/body" --write-out '%{http_code}' "${@:3}" -- "$URL$2" \
        2>"$WORK/stderr") || status=000
    STATUS=$status
    ((10#$status >= 200 && 10#$status < 400))
}

error_text() {
    local text
    text=$(field error <"$WORK/body")
    [[ -n $text ]] || text=$(head -c 500 "$WORK/body")
    [[ -n $text ]] || text=$(head -n 1 "$WORK/stderr")
    printf '%s' "${text:-status $STATUS}"
}

# field NAME: the first string of that name in the JSON on stdin; enough for the flat answers that are read here.
field() {
    local text
    text=$(tr -d '\n')
    [[ $text =~ \"$1\"[[:space:]]*:[[:space:]]*\"(([^\"\\]|\\.)*)\" ]] || return 0
    text=${BASH_REMATCH[1]}
    text=${text//\\u002B/+}
    text=${text//\\u0026/&}
    text=${text//\\\//\/}
    printf '%s' "${text//\\\"/\"}"
}

create_app() {
    if try_api GET "/apps/$1"; then
        say "The app $1 exists; its source is deployed anew."
    elif [[ $STATUS == 404 ]]; then
        api POST /apps --data-urlencode "name=$1"
        say "Created the app $1."
    else
        die "GET /apps/$1: $(error_text)"
    fi
    await_app "$1" '' 60
}

upload_source() {
    local context="$WORK/context"
    cp -r -- "$ROOT/examples/hello" "$context"
    # The repository holds no binaries; the image is made of this one.
    cp -- "$(command -v busybox)" "$context/busybox"
    (cd -- "$context" && tar --create --gzip --file "$WORK/source.tgz" --owner=0 --group=0 --numeric-owner -- *)
    api POST "/apps/$1/objects/tmp/$(od -An -N15 -tx1 /dev/urandom | tr -d ' \n').tgz" \
        --header 'Content-Type: application/octet-stream' --data-binary "@$WORK/source.tgz"
    say "Uploaded the source ($(stat -c %s "$WORK/source.tgz") bytes)."
}

await_build() {
    local ends=$((SECONDS + BUILD_SECONDS)) status
    say "Building $2..."
    while :; do
        api GET "/apps/$1/builds/$2"
        status=$(field status <"$WORK/body")
        case "$status" in
            created | running) ;;
            complete) return ;;
            *) die "the build $2 is '$status': $(field reason <"$WORK/body"); its log: convox builds logs $2 -a $1 -r $RACK" ;;
        esac
        ((SECONDS < ends)) || die "the build $2 is still '$status' after $BUILD_SECONDS s"
        sleep 0.5
    done
}

promote() {
    say "Promoting $2..."
    api POST "/apps/$1/releases/$2/promote" --data force=false
    await_app "$1" "$2" "$PROMOTE_SECONDS"
}

# await_app APP RELEASE SECONDS: until the app runs (that release, unless empty) in two looks in a row.
await_app() {
    local ends=$((SECONDS + $3)) status release good=0 changed=0
    while ((good < 2)); do
        api GET "/apps/$1"
        status=$(field status <"$WORK/body") release=$(field release <"$WORK/body")
        case "$status" in
            running)
                if [[ -z $2 || $release == "$2" ]]; then
                    good=$((good + 1))
                elif ((changed)); then
                    die "the release $2 did not become healthy and ${release:-nothing} runs; why: convox logs -a $1 -r $RACK"
                fi
                ;;
            rollback | failed) die "the app $1 is '$status'; why: convox logs -a $1 -r $RACK" ;;
            *) good=0 changed=1 ;;
        esac
        ((SECONDS < ends)) || die "the app $1 is '$status' with release '${release:-none}' after $3 s"
        sleep 0.5
    done
}

show_answer() {
    api GET "/apps/$1/services"
    local domain authority answer
    domain=$(field domain <"$WORK/body")
    [[ -n $domain ]] || die "the app $1 has no service with a domain"
    authority="$domain:${2##*:}"
    authority=${authority%/}
    # curl takes *.localhost to be this machine's loopback; being explicit works with older ones too.
    answer=$(curl --silent --show-error --fail --max-time 10 --resolve "$authority:127.0.0.1" "${2%%://*}://$authority/") ||
        die "the app is up, but http://$authority/ does not answer"
    say "It answers:"
    printf '%s\n' "$answer" | sed 's/^/    /' >&2
    echo "${2%%://*}://$authority/"
}
