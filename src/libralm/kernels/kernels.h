/* The loops over numbers that everything waits for, for training and scoring
 * alike. Each is written once and compiled for several instruction sets (isa.h);
 * ralm_kernels() gives the set that this processor runs best. Same processor,
 * same bits: every sum has an order that depends on the shapes alone, never on
 * what else is computed.
 */
#ifndef RALM_KERNELS_KERNELS_H
#define RALM_KERNELS_KERNELS_H

#include <stddef.h>

#include "kernels/list_kernels.h"
#include "kernels/row_kernels.h"
#include "kernels/sample_kernels.h"
#include "kernels/update.h"

enum {
	RALM_USERS_TOGETHER = 4,   /* users' rows computed at a time */
	RALM_TARGETS_TOGETHER = 4, /* samples of one list scored at a time */
	RALM_SAMPLES_TOGETHER = 16, /* and trained with, at most */
	RALM_LIST_ROWS = 32,	   /* rows of P at a time, at most */
	RALM_LIST_UNIT = 16,	   /* n' = n rounded up to it */
	RALM_SEEDS_INTERLEAVED = 20,
};

/* A vector whose squared norm is below counts as zero: its cosine is 0. */
#define RALM_ZERO_NORM 1e-30

/* Rows of H numbers, so that each begins where the one before ended a whole
 * vector: scoring keeps them so long, with zeros behind H. */
static inline size_t ralm_kernel_width(size_t H)
{
	return (H + 15) / 16 * 16;
}

/* n' */
static inline size_t ralm_list_room(size_t n)
{
	return (n + RALM_LIST_UNIT - 1) / RALM_LIST_UNIT * RALM_LIST_UNIT;
}

/* Room for products of m rows with the n of a list (list_kernels.h). */
static inline size_t ralm_group_room(size_t m, size_t n)
{
	return (m + 3) / 4 * 4 * ralm_list_room(n);
}

/* Room for X, the scratch in which some kernels turn rows round. */
static inline size_t ralm_turned_room(size_t width)
{
	return RALM_SEEDS_INTERLEAVED * ralm_kernel_width(width);
}

struct ralm_kernels {
	const char *name; /* "plain", "avx2", "avx512" */
	const struct ralm_row_kernels *rows;
	const struct ralm_list_kernels *lists;
	const struct ralm_sample_kernels *samples;
	const struct ralm_update *update;
};

/* The best set for this processor; the same one every time. */
const struct ralm_kernels *ralm_kernels(void);

/* A set by name; NULL when it is unknown or this processor cannot run it. */
const struct ralm_kernels *ralm_kernels_named(const char *name);

#endif
