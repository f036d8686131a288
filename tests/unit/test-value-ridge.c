/* rows/value_ridge against the normal equations in double, solved densely, whose
 * intercept is a column of its own: another formula for the same minimum. What is
 * regressed is what the means of values leave. */
#include "check.h"
#include "pool.h"

#include "libralm/ground/rng.h"
#include "libralm/kernels/row_kernels.h"
#include "libralm/rows/value_ridge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROWS = 310, USERS = 301, /* some rows have no values */
	V = 37, FIELDS = 3, D = RALM_SLICE + 5, /* two slices, one of them short */
	N = V + 1, /* values, and the intercept */
};

static struct ralm_error err;
static struct ralm_table table;
static uint64_t begin[USERS + 1];
static uint32_t value[USERS * V], field[V], row[USERS];
static float weight[USERS];
static struct ralm_ridge_users users = {
	.users = USERS, .values = V, .fields = FIELDS, .begin = begin,
	.value = value, .field = field, .weight = weight, .row = row,
	.table = &table,
};
static ralm_real means[V * D], vectors[V * D], start[D];
static double shares[FIELDS];
static struct ralm_ridge_choice choice = {.field = shares};

/* What the vectors are made of: noise is added to it. */
static double true_vectors[V][D];

static void draw(double noise)
{
	struct ralm_rng rng;
	size_t n = 0;
	ralm_rng_init(&rng, 3, 1);
	for (size_t j = 0; j < V; j++) {
		field[j] = j < 4 ? 2 : j % 2;
		for (size_t d = 0; d < D; d++)
			true_vectors[j][d] = ralm_rng_uniform(&rng) - 0.3;
	}
	for (size_t u = 0; u < USERS; u++) {
		row[u] = (uint32_t)(u + u / 50);
		weight[u] = (float)(1 + u % 3);
		begin[u] = n;
		for (uint32_t j = 0; j < V; j++)
			if (ralm_rng_uniform(&rng) < (j == 5 ? 0.9 : 0.15))
				value[n++] = j;
		if (n == begin[u])
			value[n++] = (uint32_t)(u % V);
		begin[u + 1] = n;
		const double k = (double)(n - begin[u]);
		for (size_t d = 0; d < D; d++) {
			double y = 2 + noise * (ralm_rng_uniform(&rng) - 0.5);
			for (size_t i = begin[u]; i < n; i++)
				y += true_vectors[value[i]][d] / sqrt(k);
			ralm_table_row(&table, row[u])[d] = (ralm_real)y;
		}
	}
}

/* ---- the oracle ---------------------------------------------------------- */

static double a[N][N], b[N][D];

/* a b = b, by elimination with pivots. */
static void eliminate(void)
{
	for (size_t i = 0; i < N; i++) {
		size_t pivot = i;
		for (size_t k = i; k < N; k++)
			if (fabs(a[k][i]) > fabs(a[pivot][i]))
				pivot = k;
		for (size_t k = 0; k < N; k++) {
			double x = a[i][k];
			a[i][k] = a[pivot][k];
			a[pivot][k] = x;
		}
		for (size_t d = 0; d < D; d++) {
			double x = b[i][d];
			b[i][d] = b[pivot][d];
			b[pivot][d] = x;
		}
		for (size_t k = 0; k < N; k++) {
			const double by = a[k][i] / a[i][i];
			if (k == i)
				continue;
			for (size_t m = i; m < N; m++)
				a[k][m] -= by * a[i][m];
			for (size_t d = 0; d < D; d++)
				b[k][d] -= by * b[i][d];
		}
	}
	for (size_t i = 0; i < N; i++)
		for (size_t d = 0; d < D; d++)
			b[i][d] /= a[i][i];
}

static bool is_held(size_t u)
{
	return ralm_mix64(row[u]) % 10 == 0;
}

static double vector_of(size_t u, size_t d)
{
	return (double)ralm_table_row(&table, row[u])[d];
}

/* m[j]: the mean of the vectors of those who have value j, of all (by weight) where
 * nobody has it. */
static double m[V][D];

static void find_means(bool without_held)
{
	double all[D] = {0}, mass = 0;
	size_t having[V] = {0};
	memset(m, 0, sizeof m);
	for (size_t u = 0; u < USERS; u++) {
		if (without_held && is_held(u))
			continue;
		mass += (double)weight[u];
		for (size_t d = 0; d < D; d++)
			all[d] += (double)weight[u] * vector_of(u, d);
		for (size_t i = begin[u]; i < begin[u + 1]; i++) {
			having[value[i]]++;
			for (size_t d = 0; d < D; d++)
				m[value[i]][d] += vector_of(u, d);
		}
	}
	for (size_t j = 0; j < V; j++)
		for (size_t d = 0; d < D; d++)
			m[j][d] = having[j] > 0 ? m[j][d] / (double)having[j]
						: all[d] / mass;
}

/* What they say of a user. */
static double said_by_means(size_t u, size_t d)
{
	double sum = 0;
	for (size_t i = begin[u]; i < begin[u + 1]; i++)
		sum += m[value[i]][d];
	return sum / (double)(begin[u + 1] - begin[u]);
}

/* b = values' vectors, then the start, over the users that `held` is not of. */
static void solve_densely(double penalty, bool without_held)
{
	find_means(without_held);
	memset(a, 0, sizeof a);
	memset(b, 0, sizeof b);
	for (size_t u = 0; u < USERS; u++) {
		const double k = (double)(begin[u + 1] - begin[u]);
		double x[N] = {0};
		if (without_held && is_held(u))
			continue;
		x[V] = 1;
		for (size_t i = begin[u]; i < begin[u + 1]; i++)
			x[value[i]] = 1 / sqrt(k);
		for (size_t i = 0; i < N; i++) {
			for (size_t j = 0; j < N; j++)
				a[i][j] += (double)weight[u] * x[i] * x[j];
			for (size_t d = 0; d < D; d++)
				b[i][d] += (double)weight[u] * x[i] *
					   (vector_of(u, d) -
					    said_by_means(u, d));
		}
	}
	for (size_t i = 0; i < V; i++)
		a[i][i] += penalty;
	eliminate();
}

/* What b explains of the variance of the users held out. */
static double explained_by_b(void)
{
	double mean[D] = {0}, mass = 0, all = 0, left = 0;
	for (size_t u = 0; u < USERS; u++)
		for (size_t d = 0; d < D && !is_held(u); d++) {
			mass += d == 0 ? (double)weight[u] : 0;
			mean[d] += (double)weight[u] * vector_of(u, d);
		}
	for (size_t u = 0; u < USERS; u++) {
		const double k = (double)(begin[u + 1] - begin[u]);
		for (size_t d = 0; d < D && is_held(u); d++) {
			const double y = vector_of(u, d);
			double said = b[V][d];
			for (size_t i = begin[u]; i < begin[u + 1]; i++)
				said += b[value[i]][d] / sqrt(k);
			said = said_by_means(u, d) + k / (k + 10) * said;
			all += (double)weight[u] * pow(y - mean[d] / mass, 2);
			left += (double)weight[u] * pow(y - said, 2);
		}
	}
	return 1 - left / all;
}

/* ---- the tests ----------------------------------------------------------- */

static double difference(void)
{
	double most = 0;
	for (size_t d = 0; d < D; d++) {
		most = worse(most, fabs((double)start[d] - b[V][d]));
		for (size_t j = 0; j < V; j++) {
			most = worse(most, fabs((double)vectors[j * D + d] -
						b[j][d]));
			most = worse(most,
				     fabs((double)means[j * D + d] - m[j][d]));
		}
	}
	return most;
}

static void test_minimum(double noise)
{
	draw(noise);
	int result = ralm_value_ridge(means, vectors, start, &choice, &users, pool(2),
				      &err);
	check(result == 0 && choice.held_out > 10 && choice.held_out < 60,
	      "noise %g: a tenth is held out", noise);
	double most = 0, best = -1;
	size_t passed_over = 0, chosen = 0;
	for (size_t p = 0; p < RALM_RIDGE_PENALTIES; p++) {
		solve_densely(choice.tried[p], true);
		const double explains = explained_by_b();
		if (!isnan(choice.explains[p]))
			most = worse(most, fabs(explains - choice.explains[p]));
		else
			passed_over++;
		if (explains > best) {
			best = explains;
			chosen = p;
		}
	}
	check(most < 1e-4, "noise %g: what each penalty explains: %g", noise,
	      most);
	check(choice.penalty == choice.tried[chosen] &&
		      choice.explained == choice.explains[chosen] &&
		      (choice.explained > 0.5 || noise > 1),
	      "noise %g: the best of all: %g", noise, choice.penalty);
	check(passed_over == (chosen > 0 ? chosen - 1 : 0),
	      "noise %g: and none behind the first that is worse", noise);
	solve_densely(choice.penalty, false);
	most = difference();
	check(most < 2e-4, "noise %g: the minimum: %g", noise, most);
}

static void test_fields(void)
{
	double sum = 0;
	for (size_t f = 0; f < FIELDS; f++)
		sum += shares[f];
	check(shares[0] > 0.1 && shares[1] > 0.1 && shares[2] > 0 &&
		      fabs(sum - choice.explained) < 0.2,
	      "fields share what is explained: %g %g %g of %g", shares[0],
	      shares[1], shares[2], choice.explained);
}

static void test_threads(void)
{
	static ralm_real alone[V * D], alone_start[D];
	double penalty = choice.penalty, explained = choice.explained;
	memcpy(alone, vectors, sizeof alone);
	memcpy(alone_start, start, sizeof start);
	bool same = true;
	for (unsigned n = 0; n < 4; n++) {
		memset(vectors, 1, sizeof vectors);
		same &= ralm_value_ridge(means, vectors, start, &choice, &users,
					 n > 0 ? pool(n) : NULL, &err) == 0 &&
			!memcmp(alone, vectors, sizeof alone) &&
			!memcmp(alone_start, start, sizeof start) &&
			choice.penalty == penalty &&
			choice.explained == explained;
	}
	check(same, "the same bytes by any number of threads");
}

/* Numbers of one column that overflow are no other column's affair, by whichever
 * thread and in whichever order columns are worked on. */
static void test_overflow(void)
{
	static ralm_real alone[V * D];
	bool same = true;
	for (size_t u = 0; u < USERS; u++)
		ralm_table_row(&table, row[u])[0] =
			u % 3 ? (ralm_real)3e38 : (ralm_real)-3e38;
	memcpy(alone, vectors, sizeof alone);
	for (unsigned n = 1; n < 4; n++) {
		if (ralm_value_ridge(means, vectors, start, &choice, &users, pool(n),
				     &err) != 0)
			continue; /* it may be refused */
		for (size_t i = 0; i < V * D; i++)
			same &= i % D < RALM_SLICE || isfinite(vectors[i]);
		if (n == 1)
			memcpy(alone, vectors, sizeof alone);
		for (size_t i = 0; i < V * D; i++)
			same &= i % D < RALM_SLICE ||
				memcmp(&alone[i], &vectors[i],
				       sizeof *alone) == 0;
	}
	check(same, "a column that overflows leaves those behind it alone");
	draw(0.1);
}

static void test_few(void)
{
	users.users = 2; /* neither of whom is held out */
	while (ralm_mix64(row[0]) % 10 == 0 || ralm_mix64(row[1]) % 10 == 0) {
		row[0]++;
		row[1]++;
	}
	int result = ralm_value_ridge(means, vectors, start, &choice, &users, NULL,
				      &err);
	bool finite = true;
	for (size_t i = 0; i < V * D; i++)
		finite &= isfinite(vectors[i]);
	check(result == 0 && finite && choice.held_out == 0 &&
		      isnan(choice.explained) && isnan(shares[0]) &&
		      choice.penalty == choice.tried[RALM_RIDGE_PENALTIES / 2],
	      "nobody to hold out: the penalty in the middle");
}

int main(void)
{
	if (ralm_table_init(&table, ROWS, D, &err) != 0 ||
	    ralm_table_grow(&table, ROWS, &err) != 0)
		abort();
	test_minimum(8);
	test_minimum(0.1);
	test_fields();
	test_threads();
	test_overflow();
	test_few();
	ralm_table_release(&table);
	return check_done();
}
