#!/bin/sh
# Installs, on Debian, what the tests compare maptrail with: the oracles and the programs that are recorded.
# Needs root. Packages that not every suite has are optional; each one left out is named.
set -eu

needed="gcc g++ gcc-multilib libc6-dev binutils make strace gdb python3 perl git sqlite3 xz-utils mawk musl-tools bash
	coreutils procps tmux less vim-tiny bsdutils ca-certificates elfutils
	libdevel-nytprof-perl chromium fonts-dejavu-core libxml2-utils python3-junitparser jq python3-prometheus-client
	default-jdk-headless rustc"
optional="linux-perf bpftrace"

export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086
apt-get -qq -y --no-install-recommends install $needed >/dev/null

for package in $optional; do
	apt-get -qq -y --no-install-recommends install "$package" >/dev/null 2>&1 ||
		echo "ci-packages: $package is not to be had here" >&2
done
