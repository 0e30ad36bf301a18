#!/usr/bin/env bash
# Copies what the console's pages take of npm packages into src/Web/wwwroot/static, unchanged: versions and hashes are locked in eng/static, and no
# package's script is run. With --check it only says whether what is there is the same.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
to=$here/../src/Web/wwwroot/static
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cp "$here"/static/package.json "$here"/static/package-lock.json "$work"
(cd "$work" && npm ci --silent --ignore-scripts --no-audit --no-fund)

copy() {
    if [ "${check:-}" = yes ]; then cmp "$work/node_modules/$1" "$to/$2"; else cp "$work/node_modules/$1" "$to/$2"; fi
}

[ "${1:-}" = --check ] && check=yes
copy @xterm/xterm/lib/xterm.mjs xterm.js
copy @xterm/xterm/css/xterm.css xterm.css
copy @xterm/addon-fit/lib/addon-fit.mjs xterm-fit.js
