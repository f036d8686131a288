/* Vectors of values, which predict the vector y_u (D) of a user from the set V_u of
 * the user's k values. A value j has the mean m_j of the vectors of the users who have
 * it, and a correction b_j. With r_u, what the means leave of a vector, a ridge
 * regression finds the corrections and the start a (D) for which the second line is
 * least; w_u is the weight of a user:
 *
 *	r_u = y_u - 1/k Σ_{j in V_u} m_j
 *	Σ_u w_u |r_u - a - 1/√k Σ_{j in V_u} b_j|²  +  λ Σ_j |b_j|²
 *
 * The prediction for a new user is
 *
 *	1/k Σ m_j + k/(k + 10) (a + 1/√k Σ b_j)
 *
 * With few values the means alone predict best. The corrections come mostly from users
 * with many values, and count the more, the more values there are.
 *
 * A few λ are tried on nine tenths of the users, from the largest, which takes the
 * fewest iterations, to smaller ones, as long as each predicts the vectors of the
 * held-out tenth better than the one before. The best is used for all users.
 *
 * The columns of the vectors are independent. So they are cut into slices of
 * RALM_SLICE, each of which one thread solves from beginning to end by conjugate
 * gradients: every sum has one order, whatever the number of threads, and the slice of
 * the values' vectors, which are read in random order, is small.
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
	RALM_RIDGE_HALF = 10, /* with so many values half the correction counts */
};

/* How much the correction of a user with k values counts. */
static inline double ralm_ridge_belief(size_t k)
{
	return (double)k / ((double)k + RALM_RIDGE_HALF);
}

struct ralm_ridge_choice {
	double penalty;
	/* The share of the variance of held-out users' vectors that the prediction
	 * explains, and the part of each field in it; the parts add up to about
	 * the whole. NaN if nobody could be held out, or none of them differs
	 * from the mean; the penalty then is one in the middle. */
	double explained;
	double *field; /* (fields), the caller's */
	size_t held_out;
	/* All penalties λ, ascending, and what each explains; NaN: not tried. */
	double tried[RALM_RIDGE_PENALTIES];
	double explains[RALM_RIDGE_PENALTIES];
};

/* Finds means m and vectors b (values,D), and start a (D). means and vectors may be
 * written to on failure, too. `threads` may be NULL. Takes memory for five slices of
 * all values for each thread. */
int ralm_value_ridge(ralm_real *means, ralm_real *vectors, ralm_real *start,
		     struct ralm_ridge_choice *choice,
		     const struct ralm_ridge_users *users,
		     struct ralm_threads *threads,
		     struct ralm_error *err) RALM_MUST_CHECK;

#endif
