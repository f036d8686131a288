/* What the files rows_ranks*.c share; internal to them. */
#ifndef RALM_ROWS_ROWS_RANKS_PARTS_H
#define RALM_ROWS_ROWS_RANKS_PARTS_H

#include "rows/rows_ranks.h"

/* What rank 0 announces (ground/ranks.h). */
enum ralm_rows_command {
	RALM_ROWS_MAKE = 1,
	RALM_ROWS_LOOK,
	RALM_ROWS_STEP,
	RALM_ROWS_READ,
	RALM_ROWS_WRITE,
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

/* Sets ranks->counts to the same of each rank. Returns that of this one. */
static inline size_t ralm_rows_deal(const struct ralm_rows_ranks *spread,
				    size_t first, size_t n)
{
	struct ralm_ranks *ranks = spread->ranks;
	for (unsigned r = 0; r < ranks->size; r++)
		ranks->counts[r] = ralm_rows_dealt(spread, first, n, r);
	return ranks->counts[ranks->rank];
}

/* rows_ranks_files.c. Rank 0: read and write of rows.h. All ranks: collect brings piece i
 * to rank 0, hand_out its first n rows from rank 0 to where they lie. */
const ralm_real *ralm_rows_ranks_read(struct ralm_rows *rows, unsigned part,
				      size_t i);
void ralm_rows_ranks_write(struct ralm_rows *rows, unsigned part, size_t i,
			   const ralm_real *from, size_t n);
void ralm_rows_ranks_collect(struct ralm_rows_ranks *spread, unsigned part,
			     size_t i);
void ralm_rows_ranks_hand_out(struct ralm_rows_ranks *spread, unsigned part,
			      size_t i, size_t n);

#endif
