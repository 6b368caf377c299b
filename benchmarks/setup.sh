#!/bin/sh
# Makes benchmarks/.venv: what the product is compared with, and what draws; safe to repeat.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "benchmarks: $*"; }
environment=benchmarks/.venv

"$environment/bin/python" -m pip --version >/dev/null 2>&1 || .venv/bin/python -m venv --clear "$environment"
say "installing the packages"
"$environment/bin/python" deploy/pip_install.py --constraint deploy/constraints.txt \
    --requirement benchmarks/requirements.txt

# nginx is unpacked, not installed: a benchmark starts no service of the machine. Without it the site
# is served by a program of ours.
if ! command -v nginx >/dev/null 2>&1 && [ ! -x "$environment/nginx/usr/sbin/nginx" ] &&
    command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1; then
    [ "$(id -u)" != 0 ] || apt-get -qq update >/dev/null 2>&1 || true
    folder=$(mktemp -d)
    if (cd "$folder" && apt-get -qq download nginx >/dev/null 2>&1); then
        dpkg -x "$folder"/nginx_*.deb "$environment/nginx"
    else
        say "no nginx: the site is served by Python"
    fi
    rm -r "$folder"
fi
