#!/bin/sh
# The headless shell takes less than half of the processor that the whole browser takes without a screen.
# Chromium in a network of its own that holds nothing but loopback and the ports of the server under test (PORTS). Without it Chromium drops
# its connections whenever an interface of the machine comes or goes (ERR_NETWORK_CHANGED), and racks start containers all the time; and so
# nothing a page asks for can leave the machine either.
if ! command -v socat >/dev/null || ! unshare --net true 2>/dev/null; then
    echo 'A network of its own for Chromium needs socat (./dev test installs it) and the right to make one.' >&2
    exec /usr/bin/chromium-headless-shell "$@"
fi

DIR=$(mktemp -d)
export DIR
relays=
for port in $PORTS; do
    socat "UNIX-LISTEN:$DIR/$port,fork" "TCP:127.0.0.1:$port" </dev/null >/dev/null 2>&1 3>&- 4>&- &
    relays="$relays $!"
done

unshare --net -- /bin/sh -c '
    ip link set lo up
    relays=
    for port in $PORTS; do
        socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork" "UNIX-CONNECT:$DIR/$port" </dev/null >/dev/null 2>&1 3>&- 4>&- &
        relays="$relays $!"
    done
    /usr/bin/chromium-headless-shell "$@"
    kill $relays
' sh "$@"
kill $relays
rm -rf -- "$DIR"
