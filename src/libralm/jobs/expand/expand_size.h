/* Sizes of audiences: how many, or what share of the candidates. */
#ifndef RALM_JOBS_EXPAND_EXPAND_SIZE_H
#define RALM_JOBS_EXPAND_EXPAND_SIZE_H

#include <stdbool.h>
#include <stddef.h>

#include "ralm.h"

/* A size as an option has it: so many, or percent of the candidates. */
struct ralm_share {
	bool given, percent;
	double value;
};

enum { RALM_SIZES_MOST = 100 };

/* What is wanted of every list. */
struct ralm_expand_size {
	bool audience; /* false: only files beside it are written */
	struct ralm_share size, from;
	bool has_min_score;
	float min_score; /* a float, as the scores that are printed */
	struct ralm_share curve[RALM_SIZES_MOST]; /* its sizes */
	size_t curve_count; /* 0: no curve is wanted */
};

/* RALM_ERROR_CONFIG: a text is no size, or there is no audience of that size. */
int ralm_expand_size_parse(struct ralm_expand_size *size,
			   const struct ralm_expand_options *options,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* How many a share is of so many candidates. Where it says a number, that number, which
 * may be above them. */
size_t ralm_share_count(const struct ralm_share *share, size_t candidates);

/* The ranks of so many candidates, [*from, *end), that make an audience. Without ranks
 * between the two: -1 and RALM_ERROR_CONFIG. */
int ralm_expand_ranks(size_t *from, size_t *end,
		      const struct ralm_expand_size *size, size_t candidates,
		      struct ralm_error *err) RALM_MUST_CHECK;

#endif
