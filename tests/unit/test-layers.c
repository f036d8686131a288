/* exp and tanh of every instruction set that this processor runs, beside libm's,
 * through the layers that hold them. */
#include "check.h"

#include "libralm/kernels/layers.h"

#include <math.h>
#include <string.h>

enum { COUNT = 20000 };

/* The largest error relative to tanh x, over numbers of every size. */
static void test_tanh(const struct ralm_layers *layers)
{
	static ralm_real x[COUNT], y[COUNT];
	double worst = 0;
	bool within = true;
	for (size_t i = 0; i < COUNT; i++) {
		double size = exp(-30.0 * (double)(i / 2) / COUNT) * 12;
		x[i] = y[i] = (ralm_real)(i % 2 ? size : -size);
	}
	layers->tanh_forward(y, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		double want = tanh((double)x[i]);
		double error = fabs((double)y[i] / want - 1);
		worst = error > worst ? error : worst;
		within = within && y[i] >= -1 && y[i] <= 1;
	}
	check(worst < 5e-7, "%s: tanh is within 5e-7 (%.2g)", layers->name,
	      worst);
	check(within, "%s: and never beyond 1", layers->name);
}

static void test_no_number(const struct ralm_layers *layers)
{
	ralm_real x[40];
	for (size_t i = 0; i < 40; i++)
		x[i] = i % 2 ? (ralm_real)NAN : (ralm_real)INFINITY;
	layers->tanh_forward(x, 40);
	bool right = true;
	for (size_t i = 0; i < 40; i++)
		right = right && (i % 2 ? isnan(x[i]) : x[i] > (ralm_real)0.999999);
	check(right, "%s: tanh of NaN is NaN, of infinity 1", layers->name);
}

/* softmax of m rows, each `apart` more than the one before. */
static void test_softmax(const struct ralm_layers *layers, size_t m, size_t n,
			 double spread, double apart)
{
	static ralm_real P[COUNT], w[COUNT];
	static double want[COUNT], sums[COUNT];
	memset(w, 0, n * sizeof *w);
	memset(sums, 0, n * sizeof *sums);
	for (size_t i = 0; i < m; i++) {
		double sum = 0;
		for (size_t j = 0; j < n; j++) {
			P[i * n + j] = (ralm_real)(
				spread * sin((double)(i * n + j)) +
				apart * (double)i);
			want[i * n + j] = exp((double)P[i * n + j] -
					      apart * (double)i);
			sum += want[i * n + j];
		}
		for (size_t j = 0; j < n; j++)
			sums[j] += want[i * n + j] /= sum;
	}
	layers->global_attention_forward(w, P, m, n);
	double worst = 0;
	for (size_t i = 0; i < m * n; i++)
		worst = fmax(worst, fabs((double)P[i] - want[i]));
	for (size_t j = 0; j < n; j++)
		worst = fmax(worst, fabs((double)w[j] - sums[j]) / (double)m);
	check(worst < 1e-6,
	      "%s: softmax of %zu rows of %zu, %g wide, %g apart (%.2g)",
	      layers->name, m, n, spread, apart, worst);
}

int main(void)
{
	static const char *const sets[] = {"plain", "avx2", "avx512"};
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		const struct ralm_layers *layers = ralm_layers_named(sets[i]);
		if (layers == NULL) {
			check(true, "# SKIP this processor has no %s", sets[i]);
			continue;
		}
		test_tanh(layers);
		test_no_number(layers);
		test_softmax(layers, 20, 20, 1, 0);
		test_softmax(layers, 1, 1, 1, 0);
		test_softmax(layers, 7, 33, 5, 0);
		/* Rows too far from each other to be taken as one. */
		test_softmax(layers, 20, 20, 1, 50);
		test_softmax(layers, 3, 20, 60, 0);
		/* Farther than the exponents of a float reach. */
		test_softmax(layers, 3, 20, 130, 0);
	}
	return check_done();
}
