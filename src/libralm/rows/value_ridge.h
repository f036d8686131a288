/* Vectors of values: what they say of users' vectors. Each value has the mean m_j of
 * the vectors of the users who have it. With the set V_u of a user's values, of which
 * k = |V_u|, and y_u the user's vector (D), a ridge regression of what these means
 * leave of it finds the corrections b_j of values and the start a (D) for which
 *
 *	r_u = y_u - 1/k Σ_{j in V_u} m_j
 *	Σ_u w_u |r_u - a - 1/√k Σ_{j in V_u} b_j|²  +  λ Σ_j |b_j|²
 *
 * is least, w_u being the weight of a user. What a new user's vector is, is then
 * said by
 *
 *	1/k Σ m_j + k/(k + 10) (a + 1/√k Σ b_j)
 *
 * The means are the best that is said by few values; the correction, which is found
 * from users of many, is believed the more, the more there are.
 *
 * λ is one of a few: they are tried on the users but for a tenth, who are held
 * out, from the largest on, which is done soonest, as long as each says more of the
 * vectors of these than the one before; the best is taken for all.
 *
 * The columns of the vectors do not know each other. So they are worked on in
 * slices of RALM_SLICE, by conjugate gradients, a slice by one thread from
 * beginning to end: every sum has one order, whatever the number of threads, and
 * the slice of all values, which is what is read at random, is small.
 *
 *	            columns 0 to 15    16 to 31    ...
 *	users       ┌───────────────┬───────────┐
 *	 by values  │ Xp, then XᵀW  │           │    one pass an iteration
 *	            └───────────────┴───────────┘
 *
 * Source: Hestenes and Stiefel 1952, with the diagonal as preconditioner. */
#ifndef RALM_ROWS_VALUE_RIDGE_H
#define RALM_ROWS_VALUE_RIDGE_H

#include "ground/threads.h"
#include "rows/embedding_table.h"

/* Users and their values. */
struct ralm_ridge_users {
	size_t users, values, fields;
	/* User u has value[begin[u]] to value[begin[u + 1] - 1], at least one and
	 * none twice. */
	const uint64_t *begin; /* (users + 1) */
	const uint32_t *value;
	const uint32_t *field; /* (values) below fields */
	const float *weight;   /* (users) > 0 */
	const uint32_t *row;   /* (users) in the table of their vectors */
	const struct ralm_table *table;
};

enum {
	RALM_RIDGE_PENALTIES = 6,
	RALM_RIDGE_HALF = 10, /* values by which half of a correction is believed */
};

/* How much of the correction by k values is believed. */
static inline double ralm_ridge_belief(size_t k)
{
	return (double)k / ((double)k + RALM_RIDGE_HALF);
}

struct ralm_ridge_choice {
	double penalty;
	/* Of the variance of the vectors of users held out, the share that their
	 * values tell, and the part of each field in it: the parts add up to
	 * about the whole. NaN where there was nobody to hold out, and then the
	 * penalty is the middle one. */
	double explained;
	double *field; /* (fields), the caller's */
	size_t held_out;
	/* All that there are, ascending, and what each explains; NaN: it was not
	 * tried. */
	double tried[RALM_RIDGE_PENALTIES];
	double explains[RALM_RIDGE_PENALTIES];
};

/* means, vectors (values,D), start (D), choice: filled, the first two on failure
 * too. `threads` may be NULL. Memory: five slices of all values for each thread. */
int ralm_value_ridge(ralm_real *means, ralm_real *vectors, ralm_real *start,
		     struct ralm_ridge_choice *choice,
		     const struct ralm_ridge_users *users,
		     struct ralm_threads *threads,
		     struct ralm_error *err) RALM_MUST_CHECK;

#endif
