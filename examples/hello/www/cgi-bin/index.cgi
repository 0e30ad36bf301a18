#!/bin/sh
# The page: the greeting, and which release and process gave it.
printf 'Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n\r\n'
printf '%s\n' "$GREETING"
printf 'app %s, release %s, process %s\n' "$APP" "$RELEASE" "$(busybox hostname)"
