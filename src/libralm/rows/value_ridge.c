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

enum { S = RALM_SLICE };

/* What a solution leaves of the vectors of held-out users. */
struct errors {
	double all;    /* Σ |y - mean|² */
	double left;   /* Σ |y - prediction|² */
	double *field; /* (fields) Σ the field's part in the prediction · (y - mean) */
};

struct ridge {
	const struct ralm_ridge_users *users;
	struct ralm_ridge_system system;
	struct ralm_ridge_slice *slice; /* of each thread */
	unsigned threads;
	size_t slices;
	/* (slices, RALM_RIDGE_PENALTIES), the fields of each behind each other */
	struct errors *errors;
	double *field;
	/* What is found, and with which penalty. */
	ralm_real *means, *vectors, *start;
	double penalty;
	size_t trying; /* the index of a penalty */
	bool tried;    /* vectors hold the solution for a penalty that was tried */
};

/* ---- the users ------------------------------------------------------------ */

static void system_release(struct ralm_ridge_system *system)
{
	free(system->mean);
	free(system->square);
	free(system->having);
	memset(system, 0, sizeof *system);
}

/* Sums of w x and w x² over the users in mean and square (values), in double. */
static void add_up(struct ralm_ridge_system *system, double *mean,
		   double *square)
{
	const struct ralm_ridge_users *users = system->users;
	for (size_t u = 0; u < users->users; u++) {
		const size_t k = value_count(users, u);
		const uint32_t *value = values_of(users, u);
		const double w = (double)users->weight[u];
		const double x = (double)scale_of(users, u);
		if (!takes_part(system, u)) {
			system->held_out++;
			continue;
		}
		system->mass += w;
		for (size_t i = 0; i < k; i++) {
			mean[value[i]] += w * x;
			square[value[i]] += w * x * x;
			system->having[value[i]]++;
		}
	}
}

static int system_init(struct ralm_ridge_system *system,
		       const struct ralm_ridge_users *users, bool hold_out,
		       struct ralm_error *err)
{
	const size_t V = users->values;
	double *mean = ralm_aligned_new(V, sizeof *mean, err);
	double *square = mean == NULL ? NULL
				      : ralm_aligned_new(V, sizeof *square, err);
	*system = (struct ralm_ridge_system){
		.users = users,
		.kernels = ralm_kernels()->rows,
		.hold_out = hold_out,
	};
	if (square != NULL &&
	    RALM_NEW(system->mean, V, err) == 0 &&
	    RALM_NEW(system->having, V, err) == 0 &&
	    RALM_NEW(system->square, V, err) == 0) {
		add_up(system, mean, square);
		for (size_t j = 0; j < V && system->mass > 0; j++) {
			const double m = mean[j] / system->mass;
			system->mean[j] = (float)m;
			system->square[j] = (float)(square[j] - mean[j] * m);
		}
	}
	const bool done = system->square != NULL;
	free(mean);
	free(square);
	if (!done)
		system_release(system);
	return done ? 0 : -1;
}

/* ---- held-out users -------------------------------------------------------- */

/* sum += w y · x, all (S) */
static void add_product(double *sum, double w, const ralm_real *y,
			const ralm_real *x)
{
	double dot = 0;
	for (size_t c = 0; c < S; c++)
		dot += (double)y[c] * (double)x[c];
	*sum += w * dot;
}

/* Adds the part that value j, of a user with k values, has in the prediction, times y,
 * the user's vector less the mean. */
static void judge_value(double *sum, double w, const ralm_real *y, size_t k,
			const struct ralm_ridge_slice *slice, size_t j)
{
	const ralm_real *m = slice->means + j * S, *b = slice->solution + j * S;
	const ralm_real g = (ralm_real)(ralm_ridge_belief(k) / sqrt((double)k));
	ralm_real part[S];
	for (size_t c = 0; c < S; c++)
		part[c] = (m[c] - slice->mean[c]) / (ralm_real)k + g * b[c];
	add_product(sum, w, y, part);
}

/* z (S) = the user's vector as the solution, with start (S), predicts it. */
static void predict(ralm_real *z, const ralm_real *start,
		    const struct ralm_ridge_slice *slice,
		    const struct ralm_ridge_system *system, size_t u)
{
	const struct ralm_ridge_users *users = system->users;
	const size_t k = value_count(users, u);
	const ralm_real x = scale_of(users, u);
	const ralm_real g = (ralm_real)ralm_ridge_belief(k);
	ralm_real b[S];
	ralm_ridge_slice_by_means(z, slice, system, u);
	system->kernels->slice_sum(b, slice->solution, values_of(users, u), k);
	for (size_t c = 0; c < S; c++)
		z[c] += g * (start[c] + x * b[c]);
}

/* Adds up how well the solution predicts the vectors of the held-out users, each with
 * its weight. */
static void judge(struct errors *errors, const struct ralm_ridge_slice *slice,
		  const struct ralm_ridge_system *system)
{
	const struct ralm_ridge_users *users = system->users;
	ralm_real start[S] = {0}, y[S], z[S];
	ralm_ridge_slice_start(start, slice, system);
	for (size_t u = 0; u < users->users; u++) {
		if (!ralm_ridge_holds_out(users, u))
			continue;
		const size_t k = value_count(users, u);
		const uint32_t *value = values_of(users, u);
		const double w = (double)users->weight[u];
		ralm_ridge_slice_vector(y, slice, users, u);
		predict(z, start, slice, system, u);
		for (size_t c = 0; c < S; c++) {
			z[c] = y[c] - z[c];
			y[c] -= slice->mean[c];
		}
		add_product(&errors->all, w, y, y);
		add_product(&errors->left, w, z, z);
		for (size_t i = 0; i < k; i++)
			judge_value(&errors->field[users->field[value[i]]], w, y,
				    k, slice, value[i]);
	}
}

/* ---- a slice --------------------------------------------------------------- */

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
	judge(&ridge->errors[i * RALM_RIDGE_PENALTIES + p], slice,
	      &ridge->system);
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
		const struct errors *e =
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
	if (RALM_NEW(ridge->errors, n, err) != 0 ||
	    RALM_NEW_ROWS(ridge->field, n, fields, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		ridge->errors[i].field = ridge->field + i * fields;
	return 0;
}

static int try_all(struct ralm_ridge_choice *choice, struct ridge *ridge,
		   struct ralm_threads *threads, struct ralm_error *err)
{
	if (system_init(&ridge->system, ridge->users, true, err) != 0)
		return -1;
	choice->held_out = ridge->system.held_out;
	int result = 0;
	if (ridge->system.held_out > 0 && ridge->system.mass > 0) {
		result = make_errors(ridge, err);
		if (result == 0)
			choose(choice, ridge, threads);
	}
	system_release(&ridge->system);
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
		result = system_init(&ridge.system, users, false, err);
	if (result == 0) {
		ridge.penalty = choice->penalty;
		ralm_threads_each(threads, ridge.slices, find_slice, &ridge);
		system_release(&ridge.system);
	}
	release(&ridge);
	return result;
}
