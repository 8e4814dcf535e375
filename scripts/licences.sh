#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# licences.sh O -- fetches the SPDX list's texts (npm, CC0-1.0), checks what was fetched, and makes the fingerprints of it.
# For a newer list: change VERSION and SHA256 (sha256sum of the package), run `make licences check`, commit.
set -eu
VERSION=6.12.0
SHA256=54cc8d13086187333ca1457c8edaa06d9a412144f076aa7f7c1b59c4f3b0a1ef
O=$1
dir=$O/spdx-license-list
mkdir -p "$dir"
command -v npm >/dev/null || { echo 'licences.sh: npm is needed to fetch the texts' >&2; exit 1; }
(cd "$dir" && npm pack --silent "spdx-license-list@$VERSION" >/dev/null)
echo "$SHA256  $dir/spdx-license-list-$VERSION.tgz" | sha256sum -c --quiet -
tar -xzf "$dir/spdx-license-list-$VERSION.tgz" -C "$dir"
"$O/licences" "$dir/package/spdx-full.json" libscope/data/licences.bin libscope/data/licence-names.txt
ls -l libscope/data/licence*
