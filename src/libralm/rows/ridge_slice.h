/* A slice of RALM_SLICE columns of a ridge regression (value_ridge.h): what one
 * thread works on. */
#ifndef RALM_ROWS_RIDGE_SLICE_H
#define RALM_ROWS_RIDGE_SLICE_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "ground/rng.h"
#include "kernels/kernels.h"
#include "rows/value_ridge.h"

/* The users of a regression, and what all slices need. X is the centred matrix (users,
 * values) with 1/√k where a user has a value; it is never made, only this is. */
struct ralm_ridge_system {
	const struct ralm_ridge_users *users;
	const struct ralm_row_kernels *kernels;
	bool hold_out;	  /* leaves out the held-out users */
	double mass;	  /* Σ w */
	float *mean;	  /* (values) of X's columns: Σ w x / Σ w */
	float *square;	  /* (values) Σ w (x - mean)² */
	uint32_t *having; /* (values) how many users have each */
	size_t held_out;
};

/* Whether the user is one of those who are held out. */
static inline bool ralm_ridge_holds_out(const struct ralm_ridge_users *users,
					size_t u)
{
	return ralm_mix64(users->row[u]) % 10 == 0;
}

/* Whether the regression is over this user, too. */
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

int ralm_ridge_system_init(struct ralm_ridge_system *system,
			   const struct ralm_ridge_users *users, bool hold_out,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_ridge_system_release(struct ralm_ridge_system *system);

/* A thread's own memory, each (values,RALM_SLICE). */
struct ralm_ridge_slice {
	ralm_real *means; /* m_j */
	ralm_real *solution; /* b_j */
	ralm_real *residual, *direction, *product;
	ralm_real mean[RALM_SLICE];	 /* of y_u over all users */
	ralm_real mean_left[RALM_SLICE]; /* of r_u over all users */
	double right[RALM_SLICE];   /* squared norm of the right side */
	size_t column, columns;	    /* the first column of the slice, how many */
	double penalty; /* for which the residual is */
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

/* z (RALM_SLICE) = what the means of the user's values predict of it. */
static inline void ralm_ridge_slice_said(ralm_real *z,
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

/* Begins slice i: finds its means, with solution 0. */
void ralm_ridge_slice_begin(struct ralm_ridge_slice *slice, size_t i,
			    const struct ralm_ridge_system *system);

/* Take: starts from the slice of the solution in vectors (values,D), found with another
 * penalty or for other users. Put: copies of_values (values,RALM_SLICE) to the slice's
 * columns of vectors. */
void ralm_ridge_slice_take(struct ralm_ridge_slice *slice,
			   const struct ralm_ridge_system *system,
			   const ralm_real *vectors);
void ralm_ridge_slice_put(ralm_real *vectors, const ralm_real *of_values,
			  const struct ralm_ridge_slice *slice,
			  const struct ralm_ridge_system *system);

/* Solves with that penalty, starting from the current solution, until the residual is
 * `precision` times the right side. */
void ralm_ridge_slice_solve(struct ralm_ridge_slice *slice,
			    const struct ralm_ridge_system *system,
			    double penalty, double precision);

/* ridge_judge.c: adds up how well the solution predicts the vectors of the held-out
 * users, each with its weight. */
struct ralm_ridge_errors {
	double all;    /* Σ |y - mean|² */
	double left;   /* Σ |y - prediction|² */
	double *field; /* (fields) Σ the field's part in the prediction · (y - mean) */
};
void ralm_ridge_slice_judge(struct ralm_ridge_errors *errors,
			    const struct ralm_ridge_slice *slice,
			    const struct ralm_ridge_system *system);

/* start (columns) = the slice of a. */
void ralm_ridge_slice_start(ralm_real *start,
			    const struct ralm_ridge_slice *slice,
			    const struct ralm_ridge_system *system);

#endif
