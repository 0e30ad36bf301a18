source "$ROOT/eng/packages.sh"

publish_usage() {
    cat <<'TEXT'
usage: ./dev publish [DIR]

Builds what deploy/ installs into DIR (default .dev/publish): server/palisade-server and cli/palisade, which need the .NET 10
runtime (ASP.NET Core) of the machine, and deploy/ itself. A DIR that exists is replaced.
TEXT
}

dev_publish() {
    local output=$ROOT/.dev/publish
    while (($#)); do
        case "$1" in
            -h | --help) publish_usage; return ;;
            -*) usage_error publish "there is no option '$1'" ;;
            *) output=$(realpath -m -- "$1"); shift ;;
        esac
    done
    ensure_packages
    [[ ! -e $output || -e $output/server/palisade-server ]] || die "$output is there and was not made by this command"
    local next=$output.next log
    log=$(mktemp)
    rm -rf -- "$next"
    say "Publishing to $output..."
    local project
    for project in src/Web:server src/Cli:cli; do
        if ! (cd -- "$ROOT" && dotnet publish "${project%:*}" -c Release -o "$next/${project#*:}" -v quiet --nologo \
            -p:UseAppHost=true) >"$log" 2>&1; then
            grep -E '(error|warning) [A-Z]+[0-9]+' "$log" | sort -u | head -n 40 >&2 || tail -n 40 "$log" >&2
            rm -f -- "$log"
            die 'the build failed'
        fi
    done
    rm -f -- "$log"
    mv -- "$next/server/Palisade.Web" "$next/server/palisade-server"
    [[ -e $next/cli/palisade ]] || mv -- "$next/cli/Palisade.Cli" "$next/cli/palisade"
    cp -r -- "$ROOT/deploy" "$ROOT/LICENSE" "$ROOT/README.md" "$next/"
    rm -rf -- "$output"
    mv -- "$next" "$output"
    say "Published to $output; deploy/README.md says how to install it."
}
