#!/usr/bin/env bash
# Makes src/Domain/Users/CommonPasswords.br anew from the list that the npm package @zxcvbn-ts/language-common carries (MIT): the most frequent
# ten thousand, and every longer one that could be chosen here as it is. Lower case, sorted, one a line, Brotli.
set -euo pipefail
ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"
npm pack --silent @zxcvbn-ts/language-common@4.1.3 >/dev/null
tar xzf ./*.tgz
node - package/src/passwords.json "$ROOT/src/Domain/Users/CommonPasswords.br" <<'JS'
const fs = require('fs'), zlib = require('zlib');
const [source, target] = process.argv.slice(2);
const all = JSON.parse(fs.readFileSync(source, 'utf8'));
const chosen = new Set(all.filter((password, rank) => rank < 10000 || password.length >= 12).map(p => p.toLowerCase()));
const text = [...chosen].sort().join('\n');
fs.writeFileSync(target, zlib.brotliCompressSync(text, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 24 } }));
console.log(`${chosen.size} passwords`);
JS
cp package/LICENSE.txt "$ROOT/src/Domain/Users/CommonPasswords.LICENSE.txt"
