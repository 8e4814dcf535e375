#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tsan.sh COMMAND... -- runs it where the thread sanitizer can: without address randomisation, which newer kernels do more of
# than the sanitizer's map of memory allows.
set -eu
: "${TSAN_OPTIONS:=halt_on_error=1}"
export TSAN_OPTIONS
if setarch -R true 2>/dev/null; then
	exec setarch -R "$@"
fi
exec "$@"
