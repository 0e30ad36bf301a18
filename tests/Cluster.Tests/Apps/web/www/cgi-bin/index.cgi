#!/bin/sh
printf 'Content-Type: text/plain\r\nCache-Control: no-store\r\n\r\n'
printf 'greeting=%s\nrelease=%s\nprocess=%s\nforwarded=%s\n' "$GREETING" "$RELEASE" "$(hostname)" "$HTTP_X_FORWARDED_FOR"
