#include "rows/ridge_slice.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

enum { S = RALM_SLICE, ITERATIONS = 200 };

int ralm_ridge_slice_init(struct ralm_ridge_slice *slice, size_t values,
			  struct ralm_error *err)
{
	ralm_real **const all[] = {&slice->means, &slice->solution,
				   &slice->residual, &slice->direction,
				   &slice->product};
	memset(slice, 0, sizeof *slice);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if ((*all[i] = ralm_aligned_new(values, S * sizeof(ralm_real),
						err)) == NULL) {
			ralm_ridge_slice_release(slice);
			return -1;
		}
	return 0;
}

void ralm_ridge_slice_release(struct ralm_ridge_slice *slice)
{
	free(slice->means);
	free(slice->solution);
	free(slice->residual);
	free(slice->direction);
	free(slice->product);
	memset(slice, 0, sizeof *slice);
}

/* r (S) = r_u: the user's vector less what the means predict. */
static void get_left(ralm_real *r, const struct ralm_ridge_slice *slice,
		     const struct ralm_ridge_system *system, size_t u)
{
	ralm_real z[S];
	ralm_ridge_slice_vector(r, slice, system->users, u);
	ralm_ridge_slice_by_means(z, slice, system, u);
	for (size_t c = 0; c < S; c++)
		r[c] -= z[c];
}

/* mean (S) = the weighted mean of the users' y_u or, with `left`, of their r_u. */
static void find_mean(ralm_real *mean, const struct ralm_ridge_slice *slice,
		      const struct ralm_ridge_system *system, bool left)
{
	const struct ralm_ridge_users *users = system->users;
	double sum[S] = {0};
	ralm_real y[S];
	for (size_t u = 0; u < users->users; u++) {
		if (!takes_part(system, u))
			continue;
		if (left)
			get_left(y, slice, system, u);
		else
			ralm_ridge_slice_vector(y, slice, users, u);
		for (size_t c = 0; c < S; c++)
			sum[c] += (double)users->weight[u] * (double)y[c];
	}
	for (size_t c = 0; c < S; c++)
		mean[c] = (ralm_real)(sum[c] / system->mass);
}

/* Sets means to the mean vector of the users who have each value; of a value that none
 * of them has, to the mean of all users. */
static void find_means(struct ralm_ridge_slice *slice,
		       const struct ralm_ridge_system *system)
{
	const struct ralm_ridge_users *users = system->users;
	ralm_real y[S], *m = slice->means;
	memset(m, 0, users->values * S * sizeof *m);
	for (size_t u = 0; u < users->users; u++) {
		if (!takes_part(system, u))
			continue;
		ralm_ridge_slice_vector(y, slice, users, u);
		/* Sums of differences from the mean stay small. */
		for (size_t c = 0; c < S; c++)
			y[c] -= slice->mean[c];
		system->kernels->slice_add(m, y, values_of(users, u),
					   value_count(users, u));
	}
	for (size_t j = 0; j < users->values; j++, m += S)
		for (size_t c = 0; c < S; c++)
			m[c] = slice->mean[c] +
			       (system->having[j] > 0
					? m[c] / (ralm_real)system->having[j]
					: 0);
}

/* sum (S) += squares of x (V,S) */
static void add_squares(double *sum, const ralm_real *x, size_t V)
{
	for (size_t j = 0; j < V; j++, x += S)
		for (size_t c = 0; c < S; c++)
			sum[c] += (double)x[c] * (double)x[c];
}

/* Where the solution is 0, the residual is the right side: Xᵀ W (r - its mean). */
void ralm_ridge_slice_begin(struct ralm_ridge_slice *slice, size_t i,
			    const struct ralm_ridge_system *system)
{
	const struct ralm_ridge_users *users = system->users;
	const size_t D = users->table->dim, V = users->values;
	ralm_real y[S];
	slice->column = i * S;
	slice->columns = D - slice->column < S ? D - slice->column : S;
	find_mean(slice->mean, slice, system, false);
	find_means(slice, system);
	find_mean(slice->mean_left, slice, system, true);
	memset(slice->solution, 0, V * S * sizeof *slice->solution);
	memset(slice->residual, 0, V * S * sizeof *slice->residual);
	/* Cleared, since 0 times what another slice left here might be NaN. */
	memset(slice->direction, 0, V * S * sizeof *slice->direction);
	memset(slice->right, 0, sizeof slice->right);
	slice->penalty = 0;
	for (size_t u = 0; u < users->users; u++) {
		if (!takes_part(system, u))
			continue;
		const ralm_real x = users->weight[u] * scale_of(users, u);
		get_left(y, slice, system, u);
		for (size_t c = 0; c < S; c++)
			y[c] = x * (y[c] - slice->mean_left[c]);
		system->kernels->slice_add(slice->residual, y,
					   values_of(users, u),
					   value_count(users, u));
	}
	add_squares(slice->right, slice->residual, V);
}

/* mean (S) = the weighted mean over users of X p, with X not centred. */
static void mean_of(ralm_real *mean, const ralm_real *p,
		    const struct ralm_ridge_system *system)
{
	double sum[S] = {0};
	for (size_t j = 0; j < system->users->values; j++, p += S)
		for (size_t c = 0; c < S; c++)
			sum[c] += (double)system->mean[j] * (double)p[c];
	for (size_t c = 0; c < S; c++)
		mean[c] = (ralm_real)sum[c];
}

/* product = Xᵀ W X p, X centred. (Xᵀ W of what is centred needs no centring.) */
static void multiply(ralm_real *product, const ralm_real *p,
		     const struct ralm_ridge_system *system)
{
	const struct ralm_ridge_users *users = system->users;
	ralm_real mean[S], z[S];
	mean_of(mean, p, system);
	memset(product, 0, users->values * S * sizeof *product);
	for (size_t u = 0; u < users->users; u++) {
		const size_t k = value_count(users, u);
		const ralm_real x = scale_of(users, u);
		const ralm_real w = users->weight[u] * x;
		if (!takes_part(system, u))
			continue;
		system->kernels->slice_sum(z, p, values_of(users, u), k);
		for (size_t c = 0; c < S; c++)
			z[c] = w * (x * z[c] - mean[c]);
		system->kernels->slice_add(product, z, values_of(users, u), k);
	}
}

void ralm_ridge_slice_take(struct ralm_ridge_slice *slice,
			   const struct ralm_ridge_system *system,
			   const ralm_real *vectors)
{
	const size_t V = system->users->values, D = system->users->table->dim;
	for (size_t j = 0; j < V; j++)
		memcpy(slice->solution + j * S, vectors + j * D + slice->column,
		       slice->columns * sizeof *vectors);
	multiply(slice->product, slice->solution, system);
	for (size_t i = 0; i < V * S; i++)
		slice->residual[i] -= slice->product[i];
}

void ralm_ridge_slice_put(ralm_real *vectors, const ralm_real *of_values,
			  const struct ralm_ridge_slice *slice,
			  const struct ralm_ridge_system *system)
{
	const size_t V = system->users->values, D = system->users->table->dim;
	for (size_t j = 0; j < V; j++)
		memcpy(vectors + j * D + slice->column, of_values + j * S,
		       slice->columns * sizeof *vectors);
}

/* ---- conjugate gradients ------------------------------------------------- */

/* The state of conjugate gradients, column by column. */
struct descent {
	double penalty;
	double rho[S];	/* rᵀ M⁻¹ r, r the residual, M the diagonal of the matrix */
	double left[S]; /* rᵀ r */
	double step[S]; /* how far to go in the direction */
	double beta[S]; /* how much of the old direction is in the new one */
};

/* Element j of M⁻¹, the preconditioner. */
static double precondition(const struct ralm_ridge_system *system, size_t j,
			   double penalty)
{
	return 1 / ((double)system->square[j] + penalty);
}

/* Sets rho and left from the residual. */
static void measure(struct descent *d, const struct ralm_ridge_slice *slice,
		    const struct ralm_ridge_system *system)
{
	const ralm_real *r = slice->residual;
	memset(d->rho, 0, sizeof d->rho);
	memset(d->left, 0, sizeof d->left);
	for (size_t j = 0; j < system->users->values; j++, r += S) {
		const double m = precondition(system, j, d->penalty);
		for (size_t c = 0; c < S; c++) {
			const double square = (double)r[c] * (double)r[c];
			d->left[c] += square;
			d->rho[c] += m * square;
		}
	}
}

/* direction = M⁻¹ residual + beta direction */
static void set_direction(const struct descent *d, struct ralm_ridge_slice *slice,
			  const struct ralm_ridge_system *system)
{
	ralm_real *p = slice->direction;
	const ralm_real *r = slice->residual;
	ralm_real beta[S];
	for (size_t c = 0; c < S; c++)
		beta[c] = (ralm_real)d->beta[c];
	for (size_t j = 0; j < system->users->values; j++, p += S, r += S) {
		const ralm_real m =
			(ralm_real)precondition(system, j, d->penalty);
		for (size_t c = 0; c < S; c++)
			p[c] = m * r[c] + beta[c] * p[c];
	}
}

/* Sets step from the direction and its product with XᵀWX; 0 where a column is solved. */
static void set_steps(struct descent *d, const struct ralm_ridge_slice *slice,
		      size_t V, double precision)
{
	const ralm_real *p = slice->direction, *q = slice->product;
	double curve[S] = {0};
	for (size_t j = 0; j < V; j++, p += S, q += S)
		for (size_t c = 0; c < S; c++)
			curve[c] += (double)p[c] *
				    ((double)q[c] + d->penalty * (double)p[c]);
	for (size_t c = 0; c < S; c++)
		d->step[c] = d->left[c] > precision * precision *
						  slice->right[c] &&
					     curve[c] > 0
				     ? d->rho[c] / curve[c]
				     : 0;
}

/* Goes one step: solution and residual. */
static void go(const struct descent *d, struct ralm_ridge_slice *slice, size_t V)
{
	ralm_real *x = slice->solution, *r = slice->residual;
	const ralm_real *p = slice->direction, *q = slice->product;
	const ralm_real penalty = (ralm_real)d->penalty;
	ralm_real step[S];
	for (size_t c = 0; c < S; c++)
		step[c] = (ralm_real)d->step[c];
	for (size_t j = 0; j < V; j++, x += S, r += S, p += S, q += S)
		for (size_t c = 0; c < S; c++) {
			x[c] += step[c] * p[c];
			r[c] -= step[c] * (q[c] + penalty * p[c]);
		}
}

static bool is_done(const struct descent *d)
{
	for (size_t c = 0; c < S; c++)
		if (d->step[c] != 0)
			return false;
	return true;
}

/* The residual of another penalty: r + (old - new) x. */
static void change_penalty(struct ralm_ridge_slice *slice, size_t V,
			   double from, double to)
{
	const ralm_real by = (ralm_real)(from - to);
	for (size_t i = 0; i < V * S; i++)
		slice->residual[i] += by * slice->solution[i];
}

void ralm_ridge_slice_solve(struct ralm_ridge_slice *slice,
			    const struct ralm_ridge_system *system,
			    double penalty, double precision)
{
	const size_t V = system->users->values;
	struct descent d = {.penalty = penalty};
	change_penalty(slice, V, slice->penalty, penalty);
	slice->penalty = penalty;
	measure(&d, slice, system);
	set_direction(&d, slice, system); /* beta is 0: there is no old one */
	for (int i = 0; i < ITERATIONS; i++) {
		double before[S];
		multiply(slice->product, slice->direction, system);
		set_steps(&d, slice, V, precision);
		if (is_done(&d))
			break;
		go(&d, slice, V);
		memcpy(before, d.rho, sizeof before);
		measure(&d, slice, system);
		for (size_t c = 0; c < S; c++)
			d.beta[c] = before[c] > 0 ? d.rho[c] / before[c] : 0;
		set_direction(&d, slice, system);
	}
}

/* ---- the start ----------------------------------------------------------- */

void ralm_ridge_slice_start(ralm_real *start,
			    const struct ralm_ridge_slice *slice,
			    const struct ralm_ridge_system *system)
{
	ralm_real mean[S];
	mean_of(mean, slice->solution, system);
	for (size_t c = 0; c < slice->columns; c++)
		start[c] = slice->mean_left[c] - mean[c];
}
