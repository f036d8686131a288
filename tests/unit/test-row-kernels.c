/* Kernels of single rows, of every instruction set, beside the formulas in
 * double; rows of every length that ends within a vector. */
#include "kernel_sets.h"

enum { COUNT = 20000, MOST = 133 };

static void test_tanh(const struct ralm_kernels *kernels)
{
	static float x[COUNT], y[COUNT];
	double worst = 0;
	bool within = true;
	for (size_t i = 0; i < COUNT; i++) {
		double size = exp(-30.0 * (double)(i / 2) / COUNT) * 12;
		x[i] = y[i] = (float)(i % 2 ? size : -size);
	}
	kernels->rows->tanh_forward(y, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		worst = worse(worst, units(y[i], tanh((double)x[i])));
		within = within && y[i] >= -1 && y[i] <= 1;
	}
	check(worst < 3.5, "%s: tanh is within 3.5 ulp (%.2f)", kernels->name,
	      worst);
	check(within, "%s: and never beyond 1", kernels->name);
	for (size_t i = 0; i < 41; i++)
		y[i] = i % 2 ? NAN : INFINITY;
	kernels->rows->tanh_forward(y, 41);
	bool right = true;
	for (size_t i = 0; i < 41; i++)
		right = right && (i % 2 ? isnan(y[i]) : y[i] > 0.999999f);
	check(right, "%s: tanh of NaN is NaN, of infinity 1", kernels->name);
}

/* How far sums and the like of rows of n numbers are from those in double; what is
 * behind a row stays. */
static double rows_distance(const struct ralm_row_kernels *rows, size_t n)
{
	enum { R = 3 };
	static float x[R][MOST], y[MOST], z[MOST + 1], none[MOST + 1];
	const float *const row[R] = {x[0], x[1], x[2]};
	struct ralm_soon soon = {NULL, NULL};
	double xy = 0, xx = 0, exps = 0, worst = 0;
	for (size_t r = 0; r < R; r++)
		for (size_t i = 0; i < n; i++)
			x[r][i] = (float)random_number();
	for (size_t i = 0; i < n; i++) {
		y[i] = (float)random_number();
		xy += (double)x[0][i] * (double)y[i];
		xx += (double)x[0][i] * (double)x[0][i];
		exps += exp((double)x[0][i]);
	}
	worst = worse(worst, fabs(rows->dot(x[0], y, n) - xy) / (double)n);
#define EACH(what, got, want)                                                \
	do {                                                                 \
		(got)[n] = 7;                                                \
		what;                                                        \
		worst = worse(worst, fabs((double)(got)[n] - 7));            \
		for (size_t i = 0; i < n; i++)                               \
			worst = worse(worst, fabs((double)(got)[i] - (want))); \
	} while (0)
	EACH(rows->combine(z, 0.5, x[0], -2, y, n), z,
	     0.5 * (double)x[0][i] - 2 * (double)y[i]);
	EACH(rows->sum(z, row, R, n, &soon), z,
	     (double)x[0][i] + (double)x[1][i] + (double)x[2][i]);
	EACH(memcpy(z, x[0], n * sizeof *z); rows->add(z, y, n), z,
	     (double)x[0][i] + (double)y[i]);
	EACH(memcpy(z, x[0], n * sizeof *z); rows->softmax(z, n), z,
	     exp((double)x[0][i]) / exps);
	EACH(memcpy(z, x[0], n * sizeof *z); rows->normalize(z, n), z,
	     (double)x[0][i] / sqrt(xx));
	memset(none, 0, sizeof none);
	EACH(rows->normalize(none, n), none, 0);
#undef EACH
	return worst;
}

static void test_rows(const struct ralm_kernels *kernels)
{
	double worst = 0;
	for (size_t n = 1; n <= MOST; n += n < 35 ? 1 : 49)
		worst = worse(worst, rows_distance(kernels->rows, n));
	check(worst < 1e-6, "%s: rows as the formulas (%.1g)", kernels->name,
	      worst);
}

static void test_set(const struct ralm_kernels *kernels)
{
	test_tanh(kernels);
	test_rows(kernels);
}

int main(void)
{
	each_set(test_set);
	return check_done();
}
