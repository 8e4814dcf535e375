# SPDX-License-Identifier: Apache-2.0
# Makefile -- builds, tests and installs scope.  GNU make, a C compiler and pkg-config are all it stands on.
#
# The folders are the registry: what lies in filters/*/ and tools/ is built and listed, nothing is named here.  A file that says
# "NEEDS: name" in a comment of its own is left out where that library is missing.  Everything made goes under O=build.
#
#   make O=DIR           another folder for what is made        make WERROR=1        warnings are errors (CI)
#   make NO_OPTIONAL=1   only the needed libraries              make SAN=-fsanitize=address,undefined
#   make bench BENCH_FLAGS=--json                               figures for programs (scripts/bench.sh has more flags)

VERSION := 0.1.0
O ?= build
PREFIX ?= /usr/local
DESTDIR ?=
CFLAGS ?= -O2 -g
SAN ?=
WERROR ?=
NO_OPTIONAL ?=
FUZZ_SECONDS ?= 20
BENCH_FLAGS ?=
ifeq ($(origin CC),default)
CC := gcc
endif

.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

# ---- what there is: libraries, and the files that stand on them ----

NEEDED := zlib libarchive libxxhash libpcre2-8 libcrypto libzstd expat
OPTIONAL := libisal libdeflate liblzma liblz4 libpsl libidn2 libbrotlidec
ifeq ($(NO_OPTIONAL),)
hash := \#
HAVE := $(shell for l in $(OPTIONAL); do pkg-config --exists $$l 2>/dev/null && echo $$l; done; \
	echo '$(hash)include <bzlib.h>' | $(CC) -E -xc - >/dev/null 2>&1 && echo bzip2)
else
HAVE :=
endif
MACROS := $(shell for l in $(HAVE); do echo $$l; done | sed 's/^lib//' | tr a-z A-Z | tr -c 'A-Z0-9\n' _ | sed 's/.*/-DHAVE_&=1/')
LIB_CFLAGS := $(shell pkg-config --cflags $(NEEDED) $(filter-out bzip2,$(HAVE)) 2>/dev/null)
LIBS := -Wl,--as-needed $(shell pkg-config --libs $(NEEDED) $(filter-out bzip2,$(HAVE)) 2>/dev/null) $(if $(filter bzip2,$(HAVE)),-lbz2) -lpthread -lm -ldl

FOUND := $(sort $(wildcard filters/*/*.c tools/*.c))
SKIP := $(shell awk -v have=' $(HAVE) ' '/^\/\* NEEDS: / { for (i = 3; i < NF; i++) if (!index(have, " " $$i " ")) \
	print FILENAME ":" $$i }' $(FOUND) /dev/null)
PLUG := $(filter-out $(foreach s,$(SKIP),$(firstword $(subst :, ,$(s)))),$(FOUND))
RECIPES := $(sort $(wildcard examples/*.scope))
TEXT := $(sort $(wildcard filters/*/*.txt libscope/data/*.txt libscope/data/*.bin))

# ---- how it is compiled ----

WARN := -Wall -Wextra -Wshadow -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wstrict-prototypes \
	-Wmissing-prototypes -Wundef -Wformat=2 -Wimplicit-fallthrough $(if $(WERROR),-Werror)
ALL_CFLAGS = -std=gnu11 $(WARN) $(CFLAGS) $(SAN) -D_GNU_SOURCE -DSCOPE_VERSION='"$(VERSION)"' $(MACROS) $(CPPFLAGS) \
	-Iinclude $(LIB_CFLAGS) -MMD -MP
ALL_LDFLAGS = $(CFLAGS) $(SAN) $(LDFLAGS)

DATA_O := $(patsubst %,$(O)/data/%.o,$(basename $(TEXT))) $(patsubst %.scope,$(O)/data/%.o,$(RECIPES))
LIB_O := $(patsubst %.c,$(O)/%.o,$(sort $(wildcard libscope/*.c)) $(filter filters/%,$(PLUG))) $(DATA_O) $(O)/registry.o
TOOL_O := $(patsubst %.c,$(O)/%.o,$(filter tools/%,$(PLUG))) $(O)/commands.o
UNIT := $(patsubst tests/unit/%.c,$(O)/unit/%,$(sort $(wildcard tests/unit/*.c)))
FUZZ := $(patsubst tests/fuzz/%.c,$(O)/fuzz/%,$(sort $(wildcard tests/fuzz/*.c)))
DOCS := $(sort $(wildcard docs/*.[1-8]))

# Below a -j of the caller's own, that one; otherwise one job a core.
SUB = $(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))

all: $(O)/scope $(O)/scope.pc $(O)/man/scope.1 $(O)/completion/scope ## build the program, its man pages and completions (the default)
	@:
program: $(O)/scope

# What a thing was made with and of: rewritten, and so newer, only when it says something else.
define remember
	@mkdir -p $(@D)
	@printf '%s\n' $(1) | cmp -s - $@ || printf '%s\n' $(1) > $@
endef
$(O)/flags: FORCE
	@pkg-config --exists $(NEEDED) 2>/dev/null || { echo 'make: libraries are missing: `make deps` installs them, or says how' >&2; exit 1; }
	$(call remember,'$(CC) $(subst ','\'',$(filter-out -Werror,$(ALL_CFLAGS)) $(LIBS) $(LDFLAGS))')
$(O)/files: FORCE
	$(call remember,$(PLUG) $(patsubst %,-%,$(SKIP)) $(LIB_O:$(O)/%=%))

$(O)/registry.c: $(O)/files scripts/registry.sh
	@sh scripts/registry.sh plugins $(PLUG) $(RECIPES) $(patsubst %,-%,$(SKIP)) > $@
$(O)/commands.c: $(O)/files scripts/registry.sh
	@sh scripts/registry.sh commands $(PLUG) > $@
define embed
	@mkdir -p $(@D)
	@sh scripts/embed.sh $< > $@
endef
$(O)/data/%.c: %.txt scripts/embed.sh
	$(embed)
$(O)/data/%.c: %.scope scripts/embed.sh
	$(embed)
$(O)/data/%.c: %.bin scripts/embed.sh
	$(embed)

compile = @mkdir -p $(@D)$(if $(V),,; echo '  CC      $@')
CC_IT = $(if $(V),,@)$(CC) $(ALL_CFLAGS)
# Filters and tools see include/ and nothing else: the path is what keeps them honest.
$(O)/filters/%.o: filters/%.c $(O)/flags
	$(compile)
	$(CC_IT) -c -o $@ $<
$(O)/tools/%.o: tools/%.c $(O)/flags
	$(compile)
	$(CC_IT) -c -o $@ $<
$(O)/libscope/%.o: libscope/%.c $(O)/flags
	$(compile)
	$(CC_IT) -Ilibscope -c -o $@ $<
$(O)/data/%.o: $(O)/data/%.c $(O)/flags
	$(compile)
	$(CC_IT) -c -o $@ $<
$(O)/registry.o $(O)/commands.o: $(O)/%.o: $(O)/%.c $(O)/flags
	$(compile)
	$(CC_IT) -c -o $@ $<

$(O)/libscope.a: $(LIB_O) $(O)/files
	@rm -f $@; ar rcs $@ $(LIB_O)
$(O)/scope: $(TOOL_O) $(O)/libscope.a
	@$(if $(V),,echo '  LINK    $@')
	$(if $(V),,@)$(CC) $(ALL_LDFLAGS) -o $@ $(TOOL_O) $(O)/libscope.a $(LIBS)

$(O)/unit/%: tests/unit/%.c $(TOOL_O) $(O)/libscope.a
	$(compile)
	$(CC_IT) -MF $@.d -MT $@ -Ilibscope -o $@ $< $(filter-out %/tools/main.o,$(TOOL_O)) $(O)/libscope.a $(LDFLAGS) $(LIBS) -lcmocka
$(O)/fuzz/%: tests/fuzz/%.c $(O)/libscope.a
	$(compile)
	$(CC_IT) -MF $@.d -MT $@ -Ilibscope $(FUZZ_LINK) -o $@ $< $(if $(FUZZ_LINK),,tests/fuzz/main/standalone.c) $(O)/libscope.a $(LDFLAGS) $(LIBS)

$(O)/licences: scripts/licences.c $(O)/libscope.a
	$(CC_IT) -Ilibscope -o $@ $< $(O)/libscope.a $(LDFLAGS) $(LIBS)
$(O)/synth: scripts/bench/synth.c $(O)/libscope.a
	$(CC_IT) -o $@ $< $(O)/libscope.a $(LDFLAGS) $(LIBS)
licences: $(O)/licences ## make libscope/data/licences.bin anew from the SPDX list's texts (npm)
	@sh scripts/licences.sh $(O)

# Man pages and completion come from the same tables as the parser: the program prints them.
$(O)/man/scope.1: $(O)/scope scripts/man.sh
	@sh scripts/man.sh $(O)/scope $(O)/man
$(O)/completion/scope: $(O)/scope
	@mkdir -p $(@D)
	@$(O)/scope completion bash > $@
$(O)/scope.pc: scope.pc.in $(O)/flags
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@NEEDED@|$(NEEDED) $(filter-out bzip2,$(HAVE))|' \
		-e 's|@LIBS@|$(if $(filter bzip2,$(HAVE)),-lbz2 )-lpthread -lm -ldl|' scope.pc.in > $@

# ---- what people ask for ----
# Libraries are looked for when this file is read, so whatever may install them first makes the rest in a make of its own.

deps: ## install what is missing (apt, as root) or print the one line that does
	@NO_OPTIONAL='$(NO_OPTIONAL)' sh scripts/deps.sh

demo: deps ## build, make a small archive, run the main job on it, verify
	@$(SUB) all
	@sh scripts/demo.sh $(O)/scope $(O)/demo

check: deps ## build and run all tests
	@$(SUB) all units
	@sh tests/run.sh $(O)

units: $(UNIT)
unit: units ## unit tests only
	@sh tests/run.sh $(O) unit
cli: all ## command-line tests only
	@sh tests/run.sh $(O) cli

# Leaks are looked for too; a sanitizer's finding ends the test.
ASAN := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
asan: ## all tests with the address and undefined-behaviour sanitizers
	@$(SUB) O=$(O)/asan CFLAGS='-O1 -g' SAN='$(ASAN)' program units
	@SCOPE_TEST_SANITIZED=1 sh tests/run.sh $(O)/asan
tsan: ## all tests with the thread sanitizer, four threads
	@$(SUB) O=$(O)/tsan CFLAGS='-O1 -g' SAN=-fsanitize=thread program units
	@SCOPE_TEST_SANITIZED=1 SCOPE_TEST_THREADS=4 sh scripts/tsan.sh sh tests/run.sh $(O)/tsan
fuzzers: $(FUZZ)
fuzz: ## each parser under its fuzzer for FUZZ_SECONDS (20)
	@MAKE='$(SUB)' FUZZ_SECONDS=$(FUZZ_SECONDS) sh scripts/fuzz.sh $(O)
bench: all ## CPU and wall time against the bare decoders and other tools, below ten minutes
	@CC='$(CC)' sh scripts/bench.sh $(BENCH_FLAGS) $(O)/scope $(O)/bench
bench-quick: all ## the same with less input and fewer runs, below one
	@CC='$(CC)' sh scripts/bench.sh --quick $(BENCH_FLAGS) $(O)/scope $(O)/bench
coverage: ## lines that the tests reach, by file
	@$(SUB) O=$(O)/coverage CFLAGS='-O0 -g --coverage' program units
	@SCOPE_TEST_SANITIZED=1 sh tests/run.sh $(O)/coverage
	@sh scripts/coverage.sh $(O)/coverage
format: ## lay the sources out as .clang-format says
	clang-format -i $(wildcard include/scope/*.h libscope/*.[ch] tests/*/*.c tests/fuzz/main/*.c) $(FOUND)

BIN = $(DESTDIR)$(PREFIX)/bin
LIBDIR = $(DESTDIR)$(PREFIX)/lib
INC = $(DESTDIR)$(PREFIX)/include/scope
MAN = $(DESTDIR)$(PREFIX)/share/man
COMP = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
install: all ## program, man pages, completion, library and headers under DESTDIR/PREFIX
	install -d $(BIN) $(LIBDIR)/pkgconfig $(INC) $(COMP) $(MAN)/man1
	install -m 755 $(O)/scope $(BIN)/scope
	install -m 644 $(O)/libscope.a $(LIBDIR)/libscope.a
	install -m 644 $(O)/scope.pc $(LIBDIR)/pkgconfig/scope.pc
	install -m 644 $(wildcard include/scope/*.h) $(INC)
	install -m 644 $(O)/completion/scope $(COMP)/scope
	install -m 644 $(O)/man/*.1 $(MAN)/man1
	for d in $(DOCS); do install -d $(MAN)/man$${d##*.} && install -m 644 $$d $(MAN)/man$${d##*.}; done
uninstall: all ## take away what install put there
	rm -f $(BIN)/scope $(LIBDIR)/libscope.a $(LIBDIR)/pkgconfig/scope.pc $(COMP)/scope
	rm -f $(patsubst include/scope/%,$(INC)/%,$(wildcard include/scope/*.h))
	for m in $(O)/man/*.1; do rm -f $(MAN)/man1/$${m##*/}; done
	for d in $(DOCS); do rm -f $(MAN)/man$${d##*.}/$${d##*/}; done
	rmdir $(INC) 2>/dev/null || :
dist: ## a source archive of the last commit
	mkdir -p $(O)
	git archive --format=tar.gz --prefix=scope-$(VERSION)/ -o $(O)/scope-$(VERSION).tar.gz HEAD
	@echo $(O)/scope-$(VERSION).tar.gz
clean: ## remove everything that was made
	rm -rf $(O)
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

FORCE:
bench-licence: all ## licences: MB/s, files a second, start and memory beside Debian's licensecheck
	@CC='$(CC)' sh scripts/bench-licence.sh $(O)/scope $(O)/bench
.PHONY: all program deps demo check units unit cli asan tsan fuzzers fuzz bench bench-quick bench-licence licences coverage format install uninstall dist clean help FORCE

-include $(LIB_O:.o=.d) $(TOOL_O:.o=.d) $(UNIT:%=%.d) $(FUZZ:%=%.d)
