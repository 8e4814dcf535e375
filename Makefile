# SPDX-License-Identifier: Apache-2.0
O ?= build
CC ?= cc
NEEDED = zlib libarchive libxxhash libpcre2-8 libcrypto libzstd
OPTIONAL = libisal libdeflate liblzma liblz4 libpsl libidn2 libbrotlidec
HAVE := $(foreach l,$(OPTIONAL),$(if $(filter 0,$(shell pkg-config --exists $(l) 2>/dev/null; echo $$?)),$(l))) $(if $(wildcard /usr/include/bzlib.h),bzip2)
up = $(shell echo HAVE_$(patsubst lib%,%,$(1)) | tr a-z A-Z | tr -c 'A-Z0-9_\n' _)
WARN = -Wall -Wextra -Wshadow -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wformat=2 -Wimplicit-fallthrough
CFLAGS ?= -O2 -g
SAN ?=
CPPFLAGS += -D_GNU_SOURCE -Iinclude $(foreach l,$(HAVE),-D$(call up,$(l))=1) $(shell pkg-config --cflags $(NEEDED))
ALL_CFLAGS = -std=gnu11 $(WARN) $(CFLAGS) $(SAN) $(CPPFLAGS) -MMD -MP
LIBS = $(shell pkg-config --libs $(NEEDED) $(filter-out bzip2,$(HAVE))) $(if $(filter bzip2,$(HAVE)),-lbz2) -lpthread -lm
missing = $(filter-out $(HAVE),$(shell sed -n 's@^/\* NEEDS: \(.*\) \*/@\1@p' $(1)))
PLUG := $(sort $(foreach f,$(wildcard filters/*/*.c tools/*.c),$(if $(strip $(call missing,$(f))),,$(f))))
LIB := $(sort $(wildcard libscope/*.c))
OBJ = $(patsubst %.c,$(O)/%.o,$(LIB) $(filter filters/%,$(PLUG)))
TOOL = $(patsubst %.c,$(O)/%.o,$(filter tools/%,$(PLUG)))
all: $(O)/scope
$(O)/registry.c: $(PLUG) scripts/registry.sh
	@mkdir -p $(O)
	sh scripts/registry.sh $(PLUG) > $@
$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(O)/registry.o: $(O)/registry.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(O)/libscope.a: $(OBJ)
	rm -f $@; ar rcs $@ $^
$(O)/scope: $(TOOL) $(O)/registry.o $(O)/libscope.a
	$(CC) $(ALL_CFLAGS) -o $@ $^ $(LIBS)
UNIT = $(patsubst tests/unit/%.c,$(O)/unit/%,$(wildcard tests/unit/*.c))
$(O)/unit/%: tests/unit/%.c $(TOOL) $(O)/registry.o $(O)/libscope.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ilibscope -o $@ $< $(filter-out %/tools/main.o,$(TOOL)) $(O)/registry.o $(O)/libscope.a $(LIBS) -lcmocka
unit: $(UNIT)
	@for t in $(UNIT); do $$t || exit 1; done
clean:
	rm -rf $(O)
.PHONY: all unit clean
.SECONDARY:
-include $(OBJ:.o=.d) $(TOOL:.o=.d)
