#!/bin/sh
# Installs the project into .venv; safe to repeat. System packages only where root and apt-get are.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "setup: $*"; }
can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

apt_updated=""
apt() {
    if [ -z "$apt_updated" ]; then
        apt-get -qq update >/dev/null 2>&1 || say "apt-get update failed; trying with what is known"
        apt_updated=yes
    fi
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null 2>&1
}

# A version manager's shim may stand on the path and not run, so that each candidate is tried.
find_python() {
    for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

make_environment() {
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then return 0; fi
    python=$(find_python) || {
        if can_apt; then apt python3 python3-venv || true; fi
        python=$(find_python) || {
            say "Python 3.11 or newer with its venv module is needed (Debian: apt-get install python3 python3-venv)"
            exit 1
        }
    }
    say "making .venv with $python"
    "$python" -m venv --clear .venv
}

has_browser() {
    for name in "${CHROME_PATH:-}" chromium-headless-shell chromium chromium-browser google-chrome; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

find_browser() {
    if has_browser; then return 0; fi
    if can_apt; then
        say "installing Chromium and fonts"
        apt chromium-headless-shell fonts-liberation libnss3-tools ||
            apt chromium fonts-liberation libnss3-tools || true
        apt fonts-noto-cjk || say "no fonts-noto-cjk: Chinese, Japanese and Korean pages show boxes"
    fi
    has_browser || say "no Chromium: everything but pages of type chrome works. Install chromium-headless-shell or chromium, or set CHROME_PATH"
}

# A crawl of a real manual is among the acceptance tests.
find_manual() {
    if ls -d /usr/share/doc/postgresql-doc-*/html >/dev/null 2>&1; then return 0; fi
    if can_apt; then apt postgresql-doc || true; fi
    ls -d /usr/share/doc/postgresql-doc-*/html >/dev/null 2>&1 ||
        say "no postgresql-doc: the test that crawls a real manual is skipped"
}

make_environment
say "installing the packages"
.venv/bin/python deploy/pip_install.py --use-pep517 \
    --constraint deploy/constraints.txt --editable '.[embedded,dev]'
find_browser
find_manual
say "done"
