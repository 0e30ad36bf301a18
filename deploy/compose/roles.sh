#!/bin/sh
# Runs once, when the database is empty: the image's entry point sources it as the superuser.
set -eu
# Passwords come as psql variables from files, so they are in no argument list.
{
    for login in owner app retention; do
        printf "\\\\set %s_password \`cat /run/secrets/db_%s\`\n" "$login" "$login"
    done
    echo '\i /etc/palisade/roles.sql'
} | psql -v ON_ERROR_STOP=1 --username postgres --no-password postgres
