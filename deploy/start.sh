#!/bin/sh
# Starts one program of the Procfile in the foreground: `sh deploy/start.sh worker`.
set -eu
cd "$(dirname "$0")/.."
command=$(sed -n "s/^${1:?which program of the Procfile?}: *//p" Procfile)
[ -n "$command" ] || { echo "the Procfile has no program called $1" >&2; exit 1; }
exec sh -c "exec $command"
