#include "rows/value_ridge.h"

#include "ground/memory.h"
#include "rows/ridge_slice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* λ: as much as so many users of weight 1 who have the value alone. */
static const double penalties[RALM_RIDGE_PENALTIES] = {0.1, 0.4, 1.6,
						       6.4, 25.6, 102.4};
static const double rough = 1e-3, fine = 1e-5; /* precision: tried, and used */

struct ridge {
	const struct ralm_ridge_users *users;
	struct ralm_ridge_system system;
	struct ralm_ridge_slice *slice; /* of each thread */
	unsigned threads;
	size_t slices;
	/* (slices, RALM_RIDGE_PENALTIES), the fields of each behind each other */
	struct ralm_ridge_errors *errors;
	double *field;
	/* What is found, and with which penalty. */
	ralm_real *means, *vectors, *start;
	double penalty;
	size_t trying; /* the index of a penalty */
	bool tried;    /* vectors hold the solution for a penalty that was tried */
};

/* Solves slice i with penalty `trying`, starting from the solution for the one before,
 * and judges the result. */
static void try_slice(void *context, size_t i, unsigned thread)
{
	struct ridge *ridge = context;
	struct ralm_ridge_slice *slice = &ridge->slice[thread];
	const size_t p = ridge->trying;
	ralm_ridge_slice_begin(slice, i, &ridge->system);
	if (p + 1 < RALM_RIDGE_PENALTIES)
		ralm_ridge_slice_take(slice, &ridge->system, ridge->vectors);
	ralm_ridge_slice_solve(slice, &ridge->system, penalties[p], rough);
	ralm_ridge_slice_judge(&ridge->errors[i * RALM_RIDGE_PENALTIES + p],
			       slice, &ridge->system);
	ralm_ridge_slice_put(ridge->vectors, slice->solution, slice,
			     &ridge->system);
}

static void find_slice(void *context, size_t i, unsigned thread)
{
	struct ridge *ridge = context;
	struct ralm_ridge_slice *slice = &ridge->slice[thread];
	ralm_ridge_slice_begin(slice, i, &ridge->system);
	if (ridge->tried)
		ralm_ridge_slice_take(slice, &ridge->system, ridge->vectors);
	ralm_ridge_slice_solve(slice, &ridge->system, ridge->penalty, fine);
	ralm_ridge_slice_start(ridge->start + slice->column, slice,
			       &ridge->system);
	ralm_ridge_slice_put(ridge->means, slice->means, slice, &ridge->system);
	ralm_ridge_slice_put(ridge->vectors, slice->solution, slice,
			     &ridge->system);
}

/* ---- the penalty --------------------------------------------------------- */

/* The share of the variance, *all, that penalty p explains, over all slices. */
static double explained_by(const struct ridge *ridge, size_t p, double *all)
{
	double left = 0;
	*all = 0;
	for (size_t i = 0; i < ridge->slices; i++) {
		const struct ralm_ridge_errors *e =
			&ridge->errors[i * RALM_RIDGE_PENALTIES + p];
		*all += e->all;
		left += e->left;
	}
	return *all > 0 ? 1 - left / *all : NAN;
}

static void take_fields(struct ralm_ridge_choice *choice,
			const struct ridge *ridge, size_t best, double all)
{
	for (size_t f = 0; f < ridge->users->fields; f++) {
		double sum = 0;
		for (size_t i = 0; i < ridge->slices; i++)
			sum += ridge->errors[i * RALM_RIDGE_PENALTIES + best]
				       .field[f];
		choice->field[f] = sum / all;
	}
}

/* Tries penalties from the largest on, as long as the result gets better. */
static void choose(struct ralm_ridge_choice *choice, struct ridge *ridge,
		   struct ralm_threads *threads)
{
	size_t best = RALM_RIDGE_PENALTIES;
	for (size_t p = RALM_RIDGE_PENALTIES; p-- > 0;) {
		double all;
		ridge->trying = p;
		ralm_threads_each(threads, ridge->slices, try_slice, ridge);
		ridge->tried = true;
		choice->explains[p] = explained_by(ridge, p, &all);
		if (!(all > 0) || (best < RALM_RIDGE_PENALTIES &&
				   choice->explains[p] <= choice->explains[best]))
			break;
		best = p;
		choice->penalty = penalties[p];
		choice->explained = choice->explains[p];
		take_fields(choice, ridge, p, all);
	}
}

static int make_errors(struct ridge *ridge, struct ralm_error *err)
{
	const size_t n = ridge->slices * RALM_RIDGE_PENALTIES;
	const size_t fields = ridge->users->fields;
	ridge->errors = ralm_aligned_new(n, sizeof *ridge->errors, err);
	if (ridge->errors == NULL)
		return -1;
	ridge->field = ralm_aligned_new(n * fields, sizeof *ridge->field, err);
	if (ridge->field == NULL)
		return -1;
	for (size_t i = 0; i < n; i++)
		ridge->errors[i].field = ridge->field + i * fields;
	return 0;
}

static int try_all(struct ralm_ridge_choice *choice, struct ridge *ridge,
		   struct ralm_threads *threads, struct ralm_error *err)
{
	if (ralm_ridge_system_init(&ridge->system, ridge->users, true, err) != 0)
		return -1;
	choice->held_out = ridge->system.held_out;
	int result = 0;
	if (ridge->system.held_out > 0 && ridge->system.mass > 0) {
		result = make_errors(ridge, err);
		if (result == 0)
			choose(choice, ridge, threads);
	}
	ralm_ridge_system_release(&ridge->system);
	return result;
}

/* ---- from beginning to end ------------------------------------------------ */

static int make_slices(struct ridge *ridge, struct ralm_error *err)
{
	ridge->slice = ralm_aligned_new(ridge->threads, sizeof *ridge->slice,
					err);
	for (unsigned i = 0; ridge->slice != NULL && i < ridge->threads; i++)
		if (ralm_ridge_slice_init(&ridge->slice[i], ridge->users->values,
					  err) != 0)
			return -1;
	return ridge->slice != NULL ? 0 : -1;
}

static void release(struct ridge *ridge)
{
	for (unsigned i = 0; ridge->slice != NULL && i < ridge->threads; i++)
		ralm_ridge_slice_release(&ridge->slice[i]);
	free(ridge->slice);
	free(ridge->errors);
	free(ridge->field);
}

int ralm_value_ridge(ralm_real *means, ralm_real *vectors, ralm_real *start,
		     struct ralm_ridge_choice *choice,
		     const struct ralm_ridge_users *users,
		     struct ralm_threads *threads, struct ralm_error *err)
{
	struct ridge ridge = {
		.users = users,
		.threads = ralm_threads_count(threads),
		.slices = (users->table->dim + RALM_SLICE - 1) / RALM_SLICE,
		.means = means,
		.vectors = vectors,
		.start = start,
	};
	choice->penalty = penalties[RALM_RIDGE_PENALTIES / 2];
	choice->explained = NAN;
	for (size_t f = 0; f < users->fields; f++)
		choice->field[f] = NAN;
	for (size_t p = 0; p < RALM_RIDGE_PENALTIES; p++) {
		choice->tried[p] = penalties[p];
		choice->explains[p] = NAN;
	}
	int result = make_slices(&ridge, err);
	if (result == 0)
		result = try_all(choice, &ridge, threads, err);
	if (result == 0)
		result = ralm_ridge_system_init(&ridge.system, users, false,
						err);
	if (result == 0) {
		ridge.penalty = choice->penalty;
		ralm_threads_each(threads, ridge.slices, find_slice, &ridge);
		ralm_ridge_system_release(&ridge.system);
	}
	release(&ridge);
	return result;
}
