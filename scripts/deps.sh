#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deps.sh -- what the build and the tests stand on: says nothing when it is there, installs it with apt as root, else prints
# the one line that does and stops.
#
# Looked for by what it gives (a library's .pc, a header, a command), so that other systems pass too; only the names are
# Debian's.  Optional libraries and test helpers are installed when root installs, but nothing stops for them.
set -u
LC_ALL=C
export LC_ALL

# kind (needed, optional, helper), how to look, what for, Debian package
list='
needed command pkg-config pkg-config
needed library zlib zlib1g-dev
needed library libarchive libarchive-dev
needed library libxxhash libxxhash-dev
needed library libpcre2-8 libpcre2-dev
needed library libcrypto libssl-dev
needed library libzstd libzstd-dev
needed library expat libexpat1-dev
needed library cmocka libcmocka-dev
optional library libisal libisal-dev
optional library libdeflate libdeflate-dev
optional library liblzma liblzma-dev
optional header bzlib.h libbz2-dev
optional library liblz4 liblz4-dev
optional library libpsl libpsl-dev
optional library libidn2 libidn2-dev
optional library libbrotlidec libbrotli-dev
helper command jq jq
helper command zip zip
helper command unzip unzip
helper command zstd zstd
helper command xz xz-utils
helper command lz4 lz4
helper command bzip2 bzip2
helper command mandoc mandoc
helper command ssh-keygen openssh-client
helper command openssl openssl
'

is_there() { # HOW WHAT
	case $1 in
	command) command -v "$2" >/dev/null 2>&1 ;;
	library) command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$2" 2>/dev/null ;;
	header) echo "#include <$2>" | ${CC:-gcc} -E -xc - >/dev/null 2>&1 ;;
	esac
}

missing() { # KIND: its packages that are not there
	echo "$list" | while read -r kind how what package; do
		[ "$kind" = "$1" ] || continue
		is_there "$how" "$what" || echo "$package"
	done
}

needed=$(missing needed | tr '\n' ' ')
optional=
[ -n "${NO_OPTIONAL:-}" ] || optional=$(missing optional | tr '\n' ' ')
helper=$(missing helper | tr '\n' ' ')
wanted="$needed$optional$helper"
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "deps: installing $wanted"
	DEBIAN_FRONTEND=noninteractive
	export DEBIAN_FRONTEND
	apt-get -qq update &&
		apt-get -qq install -y --no-install-recommends $wanted >/dev/null ||
		apt-get -qq install -y --no-install-recommends $needed >/dev/null
	needed=$(missing needed | tr '\n' ' ')
	[ -z "$needed" ] && exit 0
	echo "deps: still missing: $needed" >&2
	exit 1
fi
if [ -n "$needed" ]; then
	echo "deps: missing: $needed" >&2
	echo "deps: on Debian this installs all that helps:" >&2
	echo "    sudo apt-get install -y --no-install-recommends $wanted" >&2
	exit 1
fi
[ -z "${optional}" ] || echo "deps: going on without $optional" >&2
exit 0
