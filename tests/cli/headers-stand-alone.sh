# SPDX-License-Identifier: Apache-2.0
# build: each public header compiles by itself, and filters and tools see nothing but public headers.
. "$LIB"
for h in "$ROOT"/include/scope/*.h; do
	n=$(basename "$h")
	printf '#include <scope/%s>\n#include <scope/%s>\n' "$n" "$n" > one.c
	claim "scope/$n stands alone" ${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -I"$ROOT/include" -fsyntax-only one.c
done
claim 'filters and tools include nothing of libscope or of each other' sh -c "! grep -nE '#include \"' '$ROOT'/filters/*/*.c '$ROOT'/tools/*.c"
