#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# man.sh SCOPE DIR -- every man page that the program can print of itself, as DIR/scope-NAME.1.
set -eu
scope=$1 dir=$2
mkdir -p "$dir"
rm -f "$dir"/*.1
for name in $("$scope" help --names); do
	case $name in
	scope) continue ;;
	esac
	"$scope" help --man "$name" > "$dir/scope-$name.1"
done
"$scope" help --man scope > "$dir/scope.1" # last: its time says that all are there
