# What has to be installed on this machine. Presence is looked up in the file system, so that nothing missing costs nothing.

# package probe...: the package is there when one of the probes (a command, or a path, which may be a pattern) is.
RUN_PACKAGES=(
    'podman podman'
    'runc runc /usr/sbin/runc'
    'netavark /usr/lib/podman/netavark /usr/libexec/podman/netavark'
    'aardvark-dns /usr/lib/podman/aardvark-dns /usr/libexec/podman/aardvark-dns'
    'catatonit catatonit /usr/libexec/podman/catatonit'
    'iptables iptables /usr/sbin/iptables'
    'iproute2 ss'
    'haproxy haproxy /usr/sbin/haproxy'
    'ca-certificates /etc/ssl/certs/ca-certificates.crt'
)
SAMPLE_PACKAGES=('curl curl' 'busybox-static busybox')
TEST_PACKAGES=("${SAMPLE_PACKAGES[@]}" 'buildah buildah' 'chromium-headless-shell chromium-headless-shell' 'socat socat' 'util-linux unshare' 'systemd systemd-analyze' 'openssl openssl' 'procps pkill' 'libfaketime /usr/lib/*/faketime/libfaketime.so.1' 'postgresql /usr/lib/postgresql/*/bin/initdb')

find_dotnet() {
    local sdk
    [[ -x ${DOTNET_ROOT:-$HOME/.dotnet}/dotnet ]] && PATH="${DOTNET_ROOT:-$HOME/.dotnet}:$PATH"
    command -v dotnet >/dev/null || return 1
    for sdk in "$(dirname -- "$(readlink -f -- "$(command -v dotnet)")")"/sdk/10.*/; do
        [[ -d $sdk ]] && return 0
    done
    return 1
}

is_installed() {
    local probe
    for probe in "${@:2}"; do
        case "$probe" in
            /*) [[ -e $probe ]] && return 0 ;;
            *) command -v "$probe" >/dev/null && return 0 ;;
        esac
    done
    return 1
}

# ensure_packages LINE...: shows what is missing, asks unless root or CI=true (security.md S33), installs it.
ensure_packages() {
    local missing=() line
    for line in "$@"; do
        # shellcheck disable=SC2086 # a line is a list of words
        is_installed $line || missing+=("${line%% *}")
    done
    if ! find_dotnet; then
        if command -v apt-cache >/dev/null && [[ -n $(apt-cache madison dotnet-sdk-10.0 2>/dev/null) ]]; then
            missing+=(dotnet-sdk-10.0)
        else
            die 'the .NET 10 SDK is missing, and apt has no package for it; install it from https://dot.net/download and run this again'
        fi
    fi
    ((${#missing[@]})) || return 0

    command -v apt-get >/dev/null ||
        die "these programs are missing, and there is no apt-get here to install them with: ${missing[*]}"
    local sudo=()
    ((EUID == 0)) || sudo=(sudo)
    say 'Needed and not installed yet:'
    printf '    %s\n' "${missing[@]}" >&2
    say "It would be installed with: ${sudo[*]:+sudo }apt-get install --no-install-recommends ${missing[*]}"
    if ((EUID != 0)) && [[ ${CI:-} != true ]]; then
        [[ -t 0 ]] || die 'nobody to ask; run that line yourself, or set CI=true to agree'
        local answer
        read -r -p 'Install now? [y/N] ' answer
        [[ $answer == [yY]* ]] || die 'nothing was installed'
    fi
    local log
    log=$(mktemp)
    if ! { "${sudo[@]}" apt-get update -q &&
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die 'apt-get failed; its last lines are above'
    fi
    rm -f "$log"
    say 'Installed.'
}
