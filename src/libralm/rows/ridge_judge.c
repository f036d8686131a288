/* How well a solution predicts the vectors of held-out users. */
#include "rows/ridge_slice.h"

enum { S = RALM_SLICE };

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

void ralm_ridge_slice_judge(struct ralm_ridge_errors *errors,
			    const struct ralm_ridge_slice *slice,
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
