/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about the licences that packages' own files state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/licence.h>

static struct sc_arena a;

/* What a file of that name says: its claims with blanks between, "-" when it is no such file, "" when it says nothing. */
static const char *says_of(const char *path, const char *bytes, const char *file)
{
	struct sc_lic_claims c = { .a = &a };
	struct sc_buf b = { .a = &a };

	if (!sc_lic_package_for(&c, sc_str_c(path), sc_str_c(bytes), SC_STR("x"), sc_str_c(file)))
		return "-";
	for (uint32_t i = 0; i < c.n; i++) {
		assert_int_equal(c.v[i].source, SC_LIC_PACKAGE);
		assert_true(c.v[i].off + c.v[i].len <= strlen(bytes));
		assert_true(c.v[i].len > 0);
		sc_buf_add(&b, i ? SC_STR(" + ") : SC_STR(""));
		sc_buf_add(&b, c.v[i].value);
	}
	sc_buf_byte(&b, 0);
	return b.p;
}

static const char *says(const char *path, const char *bytes)
{
	return says_of(path, bytes, NULL);
}

static void json_files(void **state)
{
	(void)state;
	assert_string_equal(says("a/package.json", "{\"license\":\"(MIT OR Apache-2.0)\"}"), "MIT OR Apache-2.0");
	assert_string_equal(says("package.json", "{\"license\":{\"type\":\"MIT\",\"url\":\"x\"}}"), "MIT");
	assert_string_equal(says("package.json", "{\"licenses\":[{\"type\":\"MIT\"},{\"type\":\"GPL-2.0\"}]}"), "MIT OR GPL-2.0-only");
	assert_string_equal(says("package.json", "{\"license\":\"SEE LICENSE IN x.txt\"}"), "");
	assert_string_equal(says("package.json", "{\"license\":\"UNLICENSED\"}"), "unknown");
	assert_string_equal(says("package.json", "{\"name\":\"x\"}"), "");
	assert_string_equal(says("package.json", "{\"license\":"), "");
	assert_string_equal(says("composer.json", "{\"license\":[\"LGPL-2.1-only\",\"GPL-3.0-or-later\"]}"), "LGPL-2.1-only OR GPL-3.0-or-later");
	assert_string_equal(says("META.json", "{\"license\":[\"perl_5\"]}"), "Artistic-1.0-Perl OR GPL-1.0-or-later");
	assert_string_equal(says("datapackage.json", "{\"licenses\":[{\"name\":\"CC-BY-4.0\",\"path\":\"x\"}]}"), "CC-BY-4.0");
	assert_string_equal(says("codemeta.json", "{\"license\":\"https://spdx.org/licenses/MIT\"}"), "MIT");
	assert_string_equal(says("other.json", "{\"license\":\"MIT\"}"), "-");
	assert_string_equal(says("mypackage.json", "{\"license\":\"MIT\"}"), "-");
}

static void files_of_lines(void **state)
{
	(void)state;
	assert_string_equal(says("Cargo.toml", "[package]\nlicense = \"MIT/Apache-2.0\" # dual\n[dependencies]\nlicense = \"ISC\"\n"), "MIT OR Apache-2.0");
	assert_string_equal(says("Cargo.toml", "[package]\nlicense-file = \"LICENSE\"\n[dependencies]\nlicense = \"ISC\"\n"), "");
	assert_string_equal(says("pyproject.toml", "[project]\nlicense = {file = \"LICENSE\"}\nclassifiers = [\n \"Topic :: X\",\n \"License :: OSI Approved :: MIT License\",\n]\n"), "MIT");
	assert_string_equal(says("pyproject.toml", "[project]\nlicense = {text = \"BSD-3-Clause\"}\n"), "BSD-3-Clause");
	assert_string_equal(says("pyproject.toml", "[tool.poetry]\nlicense = 'Apache-2.0'\n"), "Apache-2.0");
	assert_string_equal(says("setup.py", "setup(\n    license=\"MIT\",\n    classifiers=[\"License :: OSI Approved :: BSD License\"])\n"), "MIT");
	assert_string_equal(says("setup.cfg", "[metadata]\nname = x\nlicense = MIT\n"), "MIT");
	assert_string_equal(says("setup.cfg", "[metadata]\nclassifiers =\n  Topic :: X\n  License :: OSI Approved :: MIT License\n[options]\n"), "MIT");
	assert_string_equal(says("PKG-INFO", "Name: x\nLicense: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n\nLicense: ISC\n"), "MIT");
	assert_string_equal(says("METADATA", "Name: x\nLicense-Expression: MIT AND ISC\nLicense: foo\n"), "MIT AND ISC");
	assert_string_equal(says("PKG-INFO", "Classifier: License :: OSI Approved :: BSD License\n"), "unknown");
	assert_string_equal(says("DESCRIPTION", "Package: x\nLicense: GPL (>= 2)\n"), "GPL-2.0-or-later");
	assert_string_equal(says("DESCRIPTION", "License: MIT + file LICENSE\n"), "MIT");
	assert_string_equal(says("DESCRIPTION", "License: GPL-2 | GPL-3\n"), "GPL-2.0-only OR GPL-3.0-only");
	assert_string_equal(says("DESCRIPTION", "License: file LICENSE\n"), "");
	assert_string_equal(says("x.cabal", "name: x\n\nlicense: BSD-3-Clause\nlicense-file: LICENSE\n"), "BSD-3-Clause");
	assert_string_equal(says("x.spec", "Name: x\n\nLicense: GPLv2+ and MIT\n%description\n"), "GPL-2.0-or-later AND MIT");
	assert_string_equal(says("x.opam", "license: [\"MIT\" \"ISC\"]\n"), "MIT AND ISC");
	assert_string_equal(says("CITATION.cff", "license:\n  - MIT\n  - Apache-2.0\n"), "MIT OR Apache-2.0");
	assert_string_equal(says("README.md", "---\nlicense: cc-by-4.0\n---\n# x\n"), "CC-BY-4.0");
	assert_string_equal(says("README.md", "# x\n\nlicense: cc-by-4.0\n"), "");
	assert_string_equal(says("README.md", "---\nlicense: other\n---\n"), "unknown");
	assert_string_equal(says("x.gemspec", "Gem::Specification.new do |s|\n  s.license = 'MIT'\nend\n"), "MIT");
	assert_string_equal(says("x.podspec", "  s.license = { :type => 'MIT', :file => 'LICENSE' }\n"), "MIT");
}

static void xml_files(void **state)
{
	(void)state;
	assert_string_equal(says("pom.xml", "<project xmlns='u'><licenses><license><name>Apache License, Version 2.0</name><url>x</url></license>"
					    "<license><name>odd</name><url>https://opensource.org/licenses/MIT</url></license></licenses></project>"),
			    "Apache-2.0 OR MIT");
	assert_string_equal(says("pom.xml", "<project><dependencies><license><name>MIT</name></license></dependencies></project>"), "");
	assert_string_equal(says("x.nuspec", "<package><metadata><license type='expression'>MIT</license></metadata></package>"), "MIT");
	assert_string_equal(says("x.nuspec", "<package><metadata><license type='file'>MIT</license></metadata></package>"), "");
	assert_string_equal(says("pom.xml", "<project><licenses><license><name>MIT</name>"), "");
}

static const char dep5[] = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: me\nLicense: GPL-2+\n\n"
			   "Files: doc/* src/?.c\n tests/*.t\nCopyright: me\nLicense: Expat\n its text\n\nFiles: doc/*.pl\nLicense: Artistic or GPL-1+\n\n"
			   "Files: debian/*\nCopyright: you\nLicense: GPL-3+\n\nLicense: GPL-2+\n On Debian systems\n";

static void patterns_of_dep5(void **state)
{
	(void)state;
	assert_string_equal(says("debian/copyright", dep5), "GPL-2.0-or-later AND MIT AND (Artistic-1.0-Perl OR GPL-1.0-or-later)");
	assert_string_equal(says_of("debian/copyright", dep5, "x.c"), "GPL-2.0-or-later");
	assert_string_equal(says_of("debian/copyright", dep5, "doc/a/b.txt"), "MIT");
	assert_string_equal(says_of("debian/copyright", dep5, "doc/a/b.pl"), "Artistic-1.0-Perl OR GPL-1.0-or-later");
	assert_string_equal(says_of("debian/copyright", dep5, "src/a.c"), "MIT");
	assert_string_equal(says_of("debian/copyright", dep5, "src/aa.c"), "GPL-2.0-or-later");
	assert_string_equal(says_of("debian/copyright", dep5, "tests/x.t"), "MIT");
	assert_string_equal(says_of("debian/copyright", dep5, "debian/rules"), "GPL-3.0-or-later");
	assert_string_equal(says_of(".reuse/dep5", dep5, "doc/x"), "MIT");
	assert_string_equal(says("debian/copyright", "This is x, under the GPL.\n"), "-");
}

static void patterns_of_reuse(void **state)
{
	static const char toml[] = "version = 1\n[[annotations]]\npath = \"a/**\"\nSPDX-License-Identifier = \"MIT\"\n\n"
				   "[[annotations]]\npath = [\"a/b.c\", \"*.md\"]\nSPDX-License-Identifier = [\"Apache-2.0\", \"CC0-1.0\"]\n";

	(void)state;
	assert_string_equal(says_of("REUSE.toml", toml, "a/x/y.c"), "MIT");
	assert_string_equal(says_of("REUSE.toml", toml, "a/b.c"), "Apache-2.0 AND CC0-1.0");
	assert_string_equal(says_of("REUSE.toml", toml, "x.md"), "Apache-2.0 AND CC0-1.0");
	assert_string_equal(says_of("REUSE.toml", toml, "d/x.md"), "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_files), cmocka_unit_test(files_of_lines),	   cmocka_unit_test(xml_files),
		cmocka_unit_test(patterns_of_dep5), cmocka_unit_test(patterns_of_reuse),
	};
	int failed = cmocka_run_group_tests_name("lic_package", tests, NULL, NULL);

	sc_arena_free(&a);
	return failed;
}
