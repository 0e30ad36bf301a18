# Who listens on a port.

# port_holder PORT: "name pid" of each listener, one a line; "? ?" when it can't be told; nothing when the port is free.
port_holder() {
    local line
    ss -Hltnp "sport = :$1" | while read -r line; do
        if [[ $line =~ users:\(\(\"([^\"]*)\",pid=([0-9]+) ]]; then
            printf '%s %s\n' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
        else
            printf '? ?\n'
        fi
    done | sort -u
}

# require_free_port OPTION PORT DATA: an error that says who holds the port. A process that belongs to the data folder
# (the HAProxy that was left running for adoption) may hold it.
require_free_port() {
    local option=$1 port=$2 data=$3 name pid
    while read -r name pid; do
        [[ $pid != '?' ]] || die "port $port ($option) is in use by a process of another user"
        tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$data/" && [[ $name == haproxy* ]] && continue
        die "port $port ($option) is in use by '$name' (process $pid); stop it, or choose another with $option"
    done < <(port_holder "$port")
}
