#!/bin/sh
# Installs the pinned packages of this folder, and Node.js where root and apt-get are; safe to repeat.
set -eu
cd "$(dirname "$0")"

say() { printf '%s\n' "tests/node: $*"; }

if ! command -v npm >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing Node.js"
    apt-get -qq update >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends nodejs npm >/dev/null 2>&1 || true
fi
if command -v npm >/dev/null 2>&1 && npm ci --ignore-scripts --no-progress --loglevel=error >/dev/null; then
    touch node_modules/.ready
else
    say "no npm, or it reaches no registry: the test of clients in TypeScript is skipped, and fails in CI"
fi
