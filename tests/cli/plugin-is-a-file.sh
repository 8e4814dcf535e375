# SPDX-License-Identifier: Apache-2.0
# build: one new file under filters/tag is one new command; nothing else is edited.
. "$LIB"
tree() { # what a build needs, with the objects that are there, so that only the new is compiled
	(cd "$ROOT" && tar cf - Makefile scope.pc.in include libscope filters tools scripts docs) | tar xpf -
	mkdir build
	(cd "$BUILD" && tar cf - $(ls -d filters libscope tools data flags files registry.* commands.* 2>/dev/null)) | tar xpf - -C build
}
tree
cat > filters/tag/zzz.c <<'EOC'
/* SPDX-License-Identifier: Apache-2.0 */
/* zzz -- tags every record as asleep. */
#include <scope/plugin.h>

static int each(struct sc_ctx *c, struct sc_record *r)
{
	sc_tag_add(c->a, r, SC_STR("zzz"), SC_STR("asleep"),
		   (struct sc_evidence){ .by = c->me, .rule = SC_STR("always"), .where = SC_STR("name"), .score = 1 });
	return SC_OK;
}

extern const struct sc_filter tag_zzz;
const struct sc_filter tag_zzz = {
	.card = { .name = "tag/zzz", .about = "say that it is asleep", .example = "scope tag zzz docs.jsonl", .revision = 1 },
	.emits = "zzz",
	.each = each,
};
EOC
find . -type f ! -path './build/*' | LC_ALL=C sort > before
claim 'it builds' make -s O=build build/scope
claim 'only the file, the registry and the program are made' sh -c '
	n=$(find build -name "*.o" -newer before | wc -l); [ "$n" -le 3 ] || { find build -name "*.o" -newer before; false; }'
printf '{"id":"1","text":"good night"}\n' > one.jsonl
build/scope tag zzz one.jsonl > out.jsonl
claim 'scope tag zzz runs it' grep -q '"key":"zzz","value":"asleep","by":"tag/zzz' out.jsonl
claim 'scope help lists it' sh -c 'build/scope help | grep -q "zzz  *say that it is asleep"'
claim 'it has a man page' sh -c 'build/scope help --man tag-zzz | grep -q "Nd say that it is asleep"'
claim 'an expression may ask for it' sh -c '[ "$(build/scope filter "zzz = \"asleep\"" one.jsonl | wc -l)" = 1 ]'
rm filters/tag/zzz.c
claim 'taken away, it is gone' sh -c 'make -s O=build build/scope && ! build/scope tag zzz one.jsonl'
