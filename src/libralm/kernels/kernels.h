/* The loops over numbers that take most of the time, for training and scoring.
 * Each is written once and compiled for several instruction sets (isa.h);
 * ralm_kernels() returns the set that is best on this processor. Same
 * processor, same bits: the order of every sum depends on the shapes alone,
 * never on what else is computed. */
#ifndef RALM_KERNELS_KERNELS_H
#define RALM_KERNELS_KERNELS_H

#include <math.h>
#include <stddef.h>

#include "kernels/list_kernels.h"
#include "kernels/row_kernels.h"
#include "kernels/sample_kernels.h"
#include "kernels/update.h"

enum {
	RALM_USERS_TOGETHER = 4,    /* users whose rows are computed at a time */
	RALM_TARGETS_TOGETHER = 4,  /* targets scored with one list at a time */
	RALM_TARGETS_MOST = 32,	    /* the same where there are many, at most */
	RALM_SAMPLES_TOGETHER = 16, /* samples of one list trained on at a time, at most */
	RALM_LIST_ROWS = 32,	    /* rows of P at a time, at most */
	RALM_LIST_UNIT = 16,	    /* n' = n rounded up to a multiple of it */
	RALM_SEEDS_INTERLEAVED = 20, /* seeds whose rows X holds at a time (products.h) */
};

/* A vector whose squared norm is below this counts as zero: its cosine is 0. */
#define RALM_ZERO_NORM 1e-30

/* The inverse of a length in scoring, from its square; NaN where that is more than a
 * number holds: then a cosine cannot be computed, and is not 0. */
static inline double ralm_inverse_length(double square)
{
	return square < RALM_ZERO_NORM ? 0 : isinf(square) ? NAN : 1 / sqrt(square);
}

/* A cosine that rounding has led out of [-1, 1], brought back. NaN stays NaN. */
static inline double ralm_clamp_cosine(double c)
{
	return c > 1 ? 1 : c < -1 ? -1 : c;
}

/* H rounded up to whole vectors: the length of rows in scoring, with zeros
 * after H numbers. */
static inline size_t ralm_kernel_width(size_t H)
{
	return (H + 15) / 16 * 16;
}

/* n', the room for one number a seed. */
static inline size_t ralm_list_room(size_t n)
{
	return (n + RALM_LIST_UNIT - 1) / RALM_LIST_UNIT * RALM_LIST_UNIT;
}

/* Room for the products of m rows with the n of a list (products.h). */
static inline size_t ralm_products_room(size_t m, size_t n)
{
	return (m + 3) / 4 * 4 * ralm_list_room(n);
}

/* Room for X, scratch in which some kernels interleave seeds' rows. */
static inline size_t ralm_interleaved_room(size_t width)
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
