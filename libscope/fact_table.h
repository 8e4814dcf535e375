/* SPDX-License-Identifier: Apache-2.0 */
/* fact_table.h -- how many records, and bytes, have a value: counted in bounded memory. */
#ifndef FACT_TABLE_H
#define FACT_TABLE_H

#include <scope/facts.h>

struct fact_table;
struct fact_table *fact_table_new(size_t memory);
void fact_table_free(struct fact_table *t); /* NULL is fine */
/* key < SC_FACTS; value is copied. */
int fact_table_add(struct fact_table *t, size_t key, sc_str value, struct sc_count c, struct sc_err *e);
/* Sets sum, distinct, once and twice of each key. */
int fact_table_end(struct fact_table *t, struct sc_fact_total total[SC_FACTS], struct sc_err *e);
/* After the end. */
int fact_table_list(struct fact_table *t, size_t key, enum sc_fact_order by,
                    struct sc_fact_list **list, struct sc_err *e);

#endif
