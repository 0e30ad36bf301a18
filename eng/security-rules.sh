#!/usr/bin/env bash
# Rewrites the last column of docs/security-rules.md from the names of the tests in the sources. Run it after adding or renaming
# a test whose name starts with a rule's number; a rule that has none keeps what the row says.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
for number in $(seq -w 1 33); do
    names=$(grep -rhoE "\b(S[0-9]{2}_)*S${number}_[A-Za-z0-9_]+\(" --include='*.cs' tests | sort -u | sed 's/^\(.*\)($/`\1`/' | paste -sd, | sed 's/,/, /g' || true)
    [[ -z $names ]] || sed -i -E "s/^(\| S$number \| [^|]* \|) .* \|$/\1 $names |/" docs/security-rules.md
done
