#!/bin/sh
# Fetches other glibc versions with a few programs and headers, from the Debian archive that apt uses here.
#
#   scripts/libcs.sh [SUITE ...]        default: bullseye (2.31), trixie (2.41), forky (2.43)
#
# Each suite becomes build/libcs/VERSION, a tree as in / that runs without a chroot through its own
# loader, and build/libcs/SUITE names that version. A suite that is there is not fetched again.
# apt checks signatures and sums; it works in lists of its own, and nothing is installed.
# Exits 1 when a suite could not be had; the others are fetched all the same.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)/build/libcs
mkdir -p "$root"
[ $# -gt 0 ] || set -- bullseye trixie forky

# What is wanted of each suite: programs with all that they need, and what compiles fixtures against its libc.
programs="libc6 dash perl-base mawk coreutils xz-utils sqlite3 python3-minimal"
headers="libc6-dev linux-libc-dev"

say() { echo "libcs: $*" >&2; }

archive() {
	apt-get indextargets 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' \
		--format '$(REPO_URI)' | head -n 1
}

# fetch SUITE WORKDIR: leaves the packages in WORKDIR/cache/archives
fetch() {
	suite=$1 work=$2 mirror=$(archive)
	if [ -z "$mirror" ]; then
		say "apt knows no Debian archive here; run apt-get update first"
		return 1
	fi
	mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/none"
	: >"$work/status"
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	echo "deb [arch=amd64 signed-by=$keys] $mirror $suite main" >"$work/sources.list"
	cat >"$work/apt.conf" <<-END
		Dir::Etc::sourcelist "$work/sources.list";
		Dir::Etc::sourceparts "$work/none";
		Dir::Etc::preferences "$work/preferences";
		Dir::Etc::preferencesparts "$work/none";
		Dir::State::lists "$work/lists";
		Dir::State::status "$work/status";
		Dir::State::extended_states "$work/extended";
		Dir::Cache "$work/cache";
		APT::Architecture "amd64";
		APT::Architectures "amd64";
		APT::Install-Recommends "false";
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Acquire::Check-Valid-Until "false";
		Acquire::Retries "3";
		Debug::NoLocking "true";
		DPkg::Post-Invoke "";
		APT::Update::Post-Invoke "";
	END
	export APT_CONFIG="$work/apt.conf"
	apt-get -qq update &&
		apt-get -qq -y --download-only --allow-unauthenticated=false install $programs </dev/null &&
		(cd "$work/cache/archives" && apt-get -qq download $headers)
}

# unpack WORKDIR TREE: /bin, /lib and the like are links into /usr, as on a merged system
unpack() {
	work=$1 tree=$2
	for name in bin sbin lib lib64; do
		mkdir -p "$tree/usr/$name"
		ln -s "usr/$name" "$tree/$name"
	done
	for package in "$work"/cache/archives/*.deb; do
		dpkg-deb --fsys-tarfile "$package" |
			tar -x -C "$tree" --keep-directory-symlink --no-same-owner \
				--exclude=./usr/share/doc --exclude=./usr/share/locale --exclude=./usr/share/man
	done
	# A link to /lib/... would lead out of the tree.
	find "$tree" -type l -lname '/*' | while read -r link; do
		target=$(readlink "$link")
		[ ! -e "$tree$target" ] || ln -srfn "$tree$target" "$link"
	done
}

failed=0
for suite in "$@"; do
	[ ! -e "$root/$suite" ] || [ ! -d "$root/$(cat "$root/$suite")" ] || continue
	work=$(mktemp -d "$root/fetch-XXXXXX")
	if (fetch "$suite" "$work"); then
		version=$(dpkg-deb -f "$work"/cache/archives/libc6_*.deb Version)
		version=${version%%-*}
		unpack "$work" "$work/tree"
		rm -rf "${root:?}/$version"
		mv "$work/tree" "$root/$version"
		echo "$version" >"$root/$suite"
		say "$suite: glibc $version in build/libcs/$version"
	else
		say "$suite: could not be fetched"
		failed=1
	fi
	rm -rf "$work"
done
exit $failed
