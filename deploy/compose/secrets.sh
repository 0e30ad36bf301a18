#!/usr/bin/env bash
# secrets.sh FOLDER [HOST]: passwords, and a certificate authority with the certificates of this installation, made once; what is there is kept.
# PostgreSQL wants its key readable by its own user (999 in its image), the nodes run as 1654, HAProxy as 99: run it as root.
set -euo pipefail
umask 077
folder=${1:?usage: secrets.sh FOLDER [HOST]} host=${2:-localhost}
mkdir -p -- "$folder"
cd -- "$folder"

for login in superuser owner app retention; do
    [[ -e $login ]] || openssl rand -hex 32 | tr -d '\n' >"$login"
done
[[ -e first-password ]] || openssl rand -base64 24 >first-password
[[ -e pgpass ]] || for login in app retention; do
    printf 'db:5432:palisade:palisade_%s:%s\n' "$login" "$(<"$login")"
done >pgpass
[[ -e pgpass-owner ]] || printf 'db:5432:palisade:palisade_owner:%s\n' "$(<owner)" >pgpass-owner

if [[ ! -e ca.pem ]]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 3650 \
        -subj '/CN=Palisade installation' -addext basicConstraints=critical,CA:TRUE,pathlen:0 \
        -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
fi

# certificate NAME DNS...: NAME.key and NAME.pem, for two years.
certificate() {
    local name=$1 names
    shift
    [[ ! -e $name.pem ]] || return 0
    names=$(printf ',DNS:%s' "$@")
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -subj "/CN=$1" 2>/dev/null |
        openssl x509 -req -CA ca.pem -CAkey ca.key -days 730 -out "$name.pem" 2>/dev/null -extfile <(
            printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n' "${names:1}"
        )
}

certificate db db
certificate node node1 node2 node3 localhost "$host"
certificate public "$host"
# A server wants both in one file. Put a certificate that browsers trust into balancer.pem in its place.
[[ -e node-both.pem ]] || cat node.pem node.key >node-both.pem
[[ -e balancer.pem ]] || cat public.pem public.key >balancer.pem
if ((EUID == 0)); then
    chown 999:999 superuser owner app retention db.pem db.key
    chown 1654:1654 pgpass pgpass-owner node-both.pem first-password
    chown 99:99 balancer.pem
fi
chmod 644 ca.pem
chmod 600 ca.key
