/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door.c -- the door of training: only what a manifest lists, that somebody answers for, comes through; see scope/receipt.h.
 *
 * The manifest is read once: its digest, its record-root and its identities are of the same bytes.
 */
#include <scope/receipt.h>

#include <scope/export.h>
#include <scope/log.h>
#include <scope/rows.h>
#include <scope/text.h>

#include <stdlib.h>

struct sc_door {
	struct sc_rows *ids;
	struct sc_receipt facts;
	sc_str group, text_field;
	struct sc_arena a;
};

static void head(struct sc_door *d, sc_str key, sc_str value)
{
	sc_str *to = sc_str_eq(key, SC_STR("charter"))      ? &d->facts.charter
	             : sc_str_eq(key, SC_STR("group"))      ? &d->group
	             : sc_str_eq(key, SC_STR("text-field")) ? &d->text_field
	                                                    : NULL;

	if (to)
		*to = sc_strdup(&d->a, value);
}

static int line_seen(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct sc_door *d = with;
	uint8_t id[32];

	if (l->kind == 'H' && l->n == 2)
		head(d, l->field[0], l->field[1]);
	if (l->kind != 'R')
		return SC_OK;
	if (!sc_root_parse(l->field[SC_R_ID], id))
		return sc_bad(e, "R %.*s: that is no identity", SC_ARG(l->field[SC_R_ID]));
	return sc_rows_put(d->ids, (sc_str){ (const char *)id, sizeof id },
	                   e); /* lines are in the order of their identities */
}

static int version_names(const struct sc_checkpoint *c, const struct sc_walk *w, sc_str manifest,
                         struct sc_err *e)
{
	if (memcmp(c->version.manifest, w->file, 32))
		return sc_bad(
		        e,
		        "%.*s: the version of the checkpoint is another manifest: its SHA-256 differs",
		        SC_ARG(manifest));
	if (memcmp(c->version.record_root, w->t.record_root, 32) ||
	    memcmp(c->version.key_root, w->t.key_root, 32) || c->version.records != w->t.records)
		return sc_bad(e, "%.*s: its roots are not those of the checkpoint's version",
		              SC_ARG(manifest));
	return SC_OK;
}

static int open_all(struct sc_door *d, sc_str checkpoint, sc_str manifest, const struct sc_trust *t,
                    struct sc_err *e)
{
	struct sc_receipt *f = &d->facts;
	struct sc_checkpoint c = { .size = 0 };
	struct sc_walk w;

	f->logged = !sc_str_eq(checkpoint, SC_STR("-"));
	if (f->logged)
		SC_TRY(sc_checkpoint_read(checkpoint, t, &d->a, &c, e));
	else
		SC_TRY(sc_signed(manifest, SC_STR(""), t, &d->a, &c.who, e));
	if (f->logged && !c.has_version)
		return sc_bad(
		        e,
		        "%.*s: it names no version, only the size and root of the log: give the proof of the version's entry",
		        SC_ARG(checkpoint));
	SC_TRY(sc_manifest_walk(manifest, line_seen, d, &w, e));
	if (f->logged)
		SC_TRY(version_names(&c, &w, manifest, e));
	memcpy(f->manifest, w.file, 32);
	memcpy(f->record_root, w.t.record_root, 32);
	memcpy(f->key_root, w.t.key_root, 32);
	memcpy(f->log_root, c.root, 32);
	f->records = w.t.records;
	f->size = c.size;
	f->version = c.version.number;
	f->origin = c.origin;
	f->signer = c.who;
	f->manifest_name = sc_path_name(manifest);
	return sc_rows_seal(d->ids, e);
}

int sc_door_open(struct sc_door **out, sc_str checkpoint, sc_str manifest, const struct sc_trust *t,
                 size_t memory, struct sc_err *e)
{
	struct sc_door *d = calloc(1, sizeof *d);
	int rc;

	if (!d)
		sc_oom();
	d->ids = sc_rows_new(32, memory);
	rc = open_all(d, checkpoint, manifest, t, e);
	if (rc < 0) {
		sc_door_free(d);
		d = NULL;
	}
	*out = d;
	return rc;
}

void sc_door_free(struct sc_door *d)
{
	if (!d)
		return;
	sc_rows_free(d->ids);
	sc_arena_free(&d->a);
	free(d);
}

const struct sc_receipt *sc_door_facts(const struct sc_door *d)
{
	return &d->facts;
}

void sc_door_reading(const struct sc_door *d, sc_str *group, sc_str *text_field)
{
	*group = d->group;
	*text_field = d->text_field;
}

/* ---- the stage ---- */

struct conf {
	const struct sc_door *door;
};

static int load(void *conf, sc_str operand, struct sc_arena *a, struct sc_maker *me,
                struct sc_err *e)
{
	const struct conf *c = conf;

	(void)operand;
	(void)a;
	(void)e;
	memcpy(me->rules, c->door->facts.manifest, 32);
	return SC_OK;
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	const struct conf *conf = c->conf;
	char hex[64];

	sc_record_id(c->a, r);
	if (sc_rows_has(conf->door->ids, (sc_str){ (const char *)r->id, 32 }))
		return SC_OK;
	sc_hex(r->id, 32, hex);
	return sc_bad(c->e, "sha256:%.64s is not in the signed manifest", hex);
}

const struct sc_filter sc_door_filter = {
	.card = { .name = "select/verified",
	          .about = "reject what a signed manifest does not list",
	          .conf = sizeof(struct conf),
	          .revision = 1 },
	.flags = SC_IDS,
	.operand = "MANIFEST",
	.load = load,
	.each = each,
};
