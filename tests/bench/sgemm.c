/* The rate of this machine's sgemm at the size the network lives on: 128 rows
 * times 96 x 96 (or ROWS INNER COLUMNS as operands), one thread. Prints
 * "sgemm<TAB>GFLOP/s<TAB>CORE<TAB>CONFIG": the median of nine runs of about a
 * tenth of a second each, the kernel OpenBLAS chose and what it was built as. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 9 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *random_matrix(int rows, int columns)
{
	size_t count = (size_t)rows * (size_t)columns;
	float *x = malloc(count * sizeof *x);

	for (size_t i = 0; x && i < count; i++)
		x[i] = (float)rand() / (float)RAND_MAX - 0.5f;
	return x;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int m = argc > 1 ? atoi(argv[1]) : 128;
	int k = argc > 2 ? atoi(argv[2]) : 96;
	int n = argc > 3 ? atoi(argv[3]) : 96;
	double flop = 2.0 * m * k * n, rate[RUNS];
	float *a, *b, *c;

	if (m <= 0 || k <= 0 || n <= 0) {
		fputs("usage: sgemm [ROWS INNER COLUMNS]\n", stderr);
		return 2;
	}
	a = random_matrix(m, k);
	b = random_matrix(k, n);
	c = random_matrix(m, n);
	if (!a || !b || !c) {
		fputs("sgemm: out of memory\n", stderr);
		return 1;
	}
	openblas_set_num_threads(1);
	for (int run = 0; run < RUNS; run++) {
		double start = now(), elapsed;
		long calls = 0;

		do {
			for (int i = 0; i < 100; i++)
				cblas_sgemm(CblasRowMajor, CblasNoTrans,
					    CblasNoTrans, m, n, k, 1, a, k, b,
					    n, 0, c, n);
			calls += 100;
			elapsed = now() - start;
		} while (elapsed < 0.1);
		rate[run] = flop * (double)calls / elapsed / 1e9;
	}
	qsort(rate, RUNS, sizeof *rate, by_value);
	printf("sgemm\t%.1f\t%s\t%s\n", rate[RUNS / 2],
	       openblas_get_corename(), openblas_get_config());
	free(a);
	free(b);
	free(c);
	return 0;
}
