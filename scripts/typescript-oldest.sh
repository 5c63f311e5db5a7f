#!/bin/sh
# Fetches the oldest TypeScript that the README promises, which compiles a user of the library in the long
# tests. Kept out of the dependencies: its `tsc` would take the place of the one that builds.
set -eu
cd "$(dirname "$0")/.."
version=$(sed -n 's/.*TypeScript \([0-9]*\.[0-9]*\) on.*/\1/p' README.md)
mkdir -p build/typescript-oldest
echo '{ "private": true }' >build/typescript-oldest/package.json
npm install --prefix build/typescript-oldest --no-audit --no-fund --loglevel=error "typescript@~$version.0"
