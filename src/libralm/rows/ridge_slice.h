/* A slice of a ridge regression (value_ridge.h): RALM_SLICE columns, on which one thread
 * works. */
#ifndef RALM_ROWS_RIDGE_SLICE_H
#define RALM_ROWS_RIDGE_SLICE_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "ground/rng.h"
#include "kernels/kernels.h"
#include "rows/value_ridge.h"

/* The users of a regression, and what all slices need. X is the centred matrix (users,
 * values) with 1/√k where a user has a value. It is never stored: this is enough to
 * multiply by it. */
struct ralm_ridge_system {
	const struct ralm_ridge_users *users;
	const struct ralm_row_kernels *kernels;
	bool hold_out;	  /* leaves out the held-out users */
	double mass;	  /* Σ w */
	float *mean;	  /* (values) of X's columns: Σ w x / Σ w */
	float *square;	  /* (values) Σ w (x - mean)² */
	uint32_t *having; /* (values) how many users have each */
	size_t held_out;  /* users who do not take part */
};

/* Whether the user is of the tenth that is held out while penalties are tried. */
static inline bool ralm_ridge_holds_out(const struct ralm_ridge_users *users,
					size_t u)
{
	return ralm_mix64(users->row[u]) % 10 == 0;
}

/* Whether the user is one of those whom this regression is over. */
static inline bool takes_part(const struct ralm_ridge_system *system, size_t u)
{
	return !system->hold_out || !ralm_ridge_holds_out(system->users, u);
}

static inline size_t value_count(const struct ralm_ridge_users *users, size_t u)
{
	return (size_t)(users->begin[u + 1] - users->begin[u]);
}

static inline const uint32_t *values_of(const struct ralm_ridge_users *users, size_t u)
{
	return users->value + users->begin[u];
}

/* 1/√k, what each of a user's k values counts. */
static inline ralm_real scale_of(const struct ralm_ridge_users *users, size_t u)
{
	return (ralm_real)(1 / sqrt((double)value_count(users, u)));
}

/* A thread's own memory. */
struct ralm_ridge_slice {
	/* (values,RALM_SLICE) each */
	ralm_real *means;    /* m_j */
	ralm_real *solution; /* b_j, as far as it is found */
	ralm_real *residual; /* of that solution, with `penalty` */
	ralm_real *direction, *product; /* of conjugate gradients: p, XᵀWX p */
	ralm_real mean[RALM_SLICE];	 /* weighted, of y_u over all users */
	ralm_real mean_left[RALM_SLICE]; /* the same of r_u */
	double right[RALM_SLICE];	 /* squared norm of the right side */
	size_t column, columns; /* the first column of the slice, and how many */
	double penalty;
};

int ralm_ridge_slice_init(struct ralm_ridge_slice *slice, size_t values,
			  struct ralm_error *err) RALM_MUST_CHECK;
void ralm_ridge_slice_release(struct ralm_ridge_slice *slice);

/* y (RALM_SLICE) = the slice of a user's vector, 0 after its last column. */
static inline void ralm_ridge_slice_vector(ralm_real *y,
					   const struct ralm_ridge_slice *slice,
					   const struct ralm_ridge_users *users,
					   size_t u)
{
	memset(y, 0, RALM_SLICE * sizeof *y);
	memcpy(y, ralm_table_row(users->table, users->row[u]) + slice->column,
	       slice->columns * sizeof *y);
}

/* z (RALM_SLICE) = what the means of the user's values alone predict: 1/k Σ m_j. */
static inline void ralm_ridge_slice_by_means(ralm_real *z,
					 const struct ralm_ridge_slice *slice,
					 const struct ralm_ridge_system *system,
					 size_t u)
{
	const size_t k = value_count(system->users, u);
	system->kernels->slice_sum(z, slice->means, values_of(system->users, u),
				   k);
	for (size_t c = 0; c < RALM_SLICE; c++)
		z[c] /= (ralm_real)k;
}

/* Begins slice i: finds its means, with solution 0 and penalty 0. */
void ralm_ridge_slice_begin(struct ralm_ridge_slice *slice, size_t i,
			    const struct ralm_ridge_system *system);

/* After begin: makes the slice of vectors (values,D), a solution for another penalty or
 * other users, the solution to start from. */
void ralm_ridge_slice_take(struct ralm_ridge_slice *slice,
			   const struct ralm_ridge_system *system,
			   const ralm_real *vectors);
/* Copies of_values (values,RALM_SLICE) to the slice's columns of vectors (values,D). */
void ralm_ridge_slice_put(ralm_real *vectors, const ralm_real *of_values,
			  const struct ralm_ridge_slice *slice,
			  const struct ralm_ridge_system *system);

/* Solves with that penalty, starting from the current solution, until the norm of the
 * residual is at most `precision` times that of the right side in each column, or for
 * a fixed number of iterations. */
void ralm_ridge_slice_solve(struct ralm_ridge_slice *slice,
			    const struct ralm_ridge_system *system,
			    double penalty, double precision);

/* start (columns) = the slice of the start a (value_ridge.h) for this solution. */
void ralm_ridge_slice_start(ralm_real *start,
			    const struct ralm_ridge_slice *slice,
			    const struct ralm_ridge_system *system);

#endif
