# SPDX-License-Identifier: Apache-2.0
# build: install puts what people need under DESTDIR and PREFIX, a program can be built on it, uninstall takes it all away.
. "$LIB"
: > before
make -s -C "$ROOT" O="$BUILD" DESTDIR="$PWD/dest" PREFIX=/usr install > log 2>&1 || { tail -5 log >&2; exit 2; }
for f in bin/scope lib/libscope.a lib/pkgconfig/scope.pc include/scope/record.h share/man/man1/scope.1 share/man/man1/scope-run.1 \
	share/man/man7/scope.7 share/man/man5/scope-frame.5 share/bash-completion/completions/scope; do
	claim "$f is installed" test -s "dest/usr/$f"
done
claim 'what was built is not built anew under another spelling of its folder' sh -c '[ -z "$(find "$BUILD/scope" "$BUILD/libscope.a" -newer before)" ]'
claim 'the program runs from there' dest/usr/bin/scope version
cat > user.c <<'EOC'
#include <scope/plugin.h>
#include <stdio.h>

int main(void)
{
	for (size_t i = 0; sc_readers[i]; i++)
		puts(sc_readers[i]->card.name);
	return 0;
}
EOC
flags=$(PKG_CONFIG_PATH=$PWD/dest/usr/lib/pkgconfig pkg-config --define-variable=prefix="$PWD/dest/usr" --cflags --libs scope)
claim 'a program builds with pkg-config scope' ${CC:-gcc} -o user user.c $flags
claim 'and sees the plug-ins' sh -c './user | grep -qx read/jsonl'
make -s -C "$ROOT" O="$BUILD" DESTDIR="$PWD/dest" PREFIX=/usr uninstall > log 2>&1
claim 'uninstall leaves no file' sh -c '[ -z "$(find dest -type f)" ]'
