#!/bin/sh
# Makes the corpus again: installs what the stacks need beside this file, then runs them. Arguments name stacks; none means all.
set -eu
cd "$(dirname "$0")"
npm ci
if [ ! -x venv/bin/python ] && command -v python3 >/dev/null; then
    python3 -m venv venv && venv/bin/pip install --quiet --requirement requirements.txt
fi
if command -v cargo >/dev/null; then
    cargo build --quiet --locked --release --manifest-path rust/Cargo.toml
fi
exec node make.js "$@"
