/* What the files rows_ranks*.c share; internal to them. */
#ifndef RALM_ROWS_ROWS_RANKS_PARTS_H
#define RALM_ROWS_ROWS_RANKS_PARTS_H

#include "rows/rows_ranks.h"

/* What rank 0 announces (ground/ranks.h), with the fields of the command that count. */
enum ralm_rows_command {
	RALM_ROWS_MAKE = 1, /* `count` new rows */
	RALM_ROWS_LOOK,	    /* rank 0 gathers rows outside a step */
	RALM_ROWS_STEP,	    /* rate, keep */
	RALM_ROWS_READ,	    /* piece `at` of `part` */
	RALM_ROWS_WRITE,    /* the same, its first `count` rows */
};

static inline struct ralm_rows_ranks *ralm_spread_of(struct ralm_rows *rows)
{
	return (struct ralm_rows_ranks *)rows;
}

static inline void ralm_rows_ranks_announce(const struct ralm_rows_ranks *spread,
					    enum ralm_rows_command what,
					    unsigned part, size_t at,
					    size_t count)
{
	ralm_ranks_announce(spread->ranks,
			    (struct ralm_ranks_command){.what = what,
							.part = part,
							.at = at,
							.count = count});
}

/* How many of the rows [first, first + n) lie with rank r. */
static inline size_t ralm_rows_dealt(const struct ralm_rows_ranks *spread,
				     size_t first, size_t n, unsigned r)
{
	return ralm_dealt(spread->ranks, first + n, r) -
	       ralm_dealt(spread->ranks, first, r);
}

/* Sets ranks->counts[r] to that number for each rank r. Returns that of this rank. */
static inline size_t ralm_rows_deal(const struct ralm_rows_ranks *spread,
				    size_t first, size_t n)
{
	struct ralm_ranks *ranks = spread->ranks;
	for (unsigned r = 0; r < ranks->size; r++)
		ranks->counts[r] = ralm_rows_dealt(spread, first, n, r);
	return ranks->counts[ranks->rank];
}

/* rows_ranks_files.c. On rank 0: read and write of rows.h. On all ranks together: collect
 * brings piece i to rank 0's `all`, hand_out takes its first n rows from there to the
 * ranks that have them. */
const ralm_real *ralm_rows_ranks_read(struct ralm_rows *rows, unsigned part,
				      size_t i);
void ralm_rows_ranks_write(struct ralm_rows *rows, unsigned part, size_t i,
			   const ralm_real *from, size_t n);
void ralm_rows_ranks_collect(struct ralm_rows_ranks *spread, unsigned part,
			     size_t i);
void ralm_rows_ranks_hand_out(struct ralm_rows_ranks *spread, unsigned part,
			      size_t i, size_t n);

#endif
