/* Rows in the memory of this process: a table of vectors, and tables of what the
 * optimizer keeps beside them. */
#ifndef RALM_ROWS_ROWS_LOCAL_H
#define RALM_ROWS_ROWS_LOCAL_H

#include "ground/threads.h"
#include "kernels/update_rule.h"
#include "rows/embedding_table.h"
#include "rows/rows.h"

/* What is done to rows [begin, end) of those of a step. */
typedef void ralm_rows_work(void *context, size_t begin, size_t end);

/* Does the work on n rows, of which each thread takes a few at a time. One thread does
 * `beside` meanwhile; NULL: nothing. threads: NULL: the caller alone. */
void ralm_rows_each(struct ralm_threads *threads, size_t n,
		    const struct ralm_beside *beside, ralm_rows_work *work,
		    void *context);

struct ralm_rows_local {
	struct ralm_rows rows; /* its head */
	struct ralm_table *table; /* of the model that is trained */
	/* (parts - 1), as the rule has them (update_rule.h) */
	struct ralm_table state[RALM_RULE_STATES];
	size_t count; /* rows made */
	enum ralm_rule rule;
	const struct ralm_update *update;
	uint64_t rng_seed;
	double deviation; /* of a new user's vector */
	struct ralm_threads *threads; /* not owned; NULL: the caller alone */

	/* The step at hand has U distinct rows: row[u], with the sum of
	 * part[begin[u]] to part[begin[u + 1] - 1] as gradient. With one block (K
	 * is 1) these arrays are not used. */
	const struct ralm_row_gradients *blocks;
	size_t K, U;
	uint32_t *row, *begin;
	ralm_real **part;
	size_t row_room, begin_room, part_room;

	/* For refresh: steps, counted, and the last one that moved each row. */
	uint32_t step;
	uint32_t *moved; /* (moved_room) by row; 0: none */
	size_t moved_room;
};

/* Rows over a table, which stays the caller's and has `count` rows already. What the
 * optimizer keeps of these begins as zeros. On failure nothing is to be released. */
int ralm_rows_local_init(struct ralm_rows_local *local,
			 struct ralm_table *table, size_t count,
			 enum ralm_rule rule, uint64_t rng_seed,
			 double deviation, struct ralm_threads *threads,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_rows_local_release(struct ralm_rows_local *local);

/* Makes n more rows, of users with these keys. */
int ralm_rows_local_add(struct ralm_rows_local *local, const uint64_t *keys,
			size_t n, struct ralm_error *err) RALM_MUST_CHECK;
/* Where a part of a row lies, (dim[part]). */
ralm_real *ralm_rows_local_at(const struct ralm_rows_local *local, unsigned part,
			      size_t row);

/* The rows of a table, for gather and read alone. Nothing is to be released. */
void ralm_rows_of_table(struct ralm_rows_local *local,
			const struct ralm_table *table);

#endif
