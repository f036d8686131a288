#include "blas.h"

#include <cblas.h>

/* The C prototype of gemm for the real type of this build. */
static void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, ralm_real *c,
		 const ralm_real *a, const ralm_real *b, size_t m, size_t n,
		 size_t k, size_t lda, size_t ldb, bool accumulate)
{
	blasint M = (blasint)m, N = (blasint)n, K = (blasint)k;
	if (m == 0 || n == 0)
		return;
	if (sizeof(ralm_real) == sizeof(float))
		cblas_sgemm(CblasRowMajor, ta, tb, M, N, K, 1,
			    (const float *)(const void *)a, (blasint)lda,
			    (const float *)(const void *)b, (blasint)ldb,
			    accumulate, (float *)(void *)c, N);
	else
		cblas_dgemm(CblasRowMajor, ta, tb, M, N, K, 1,
			    (const double *)(const void *)a, (blasint)lda,
			    (const double *)(const void *)b, (blasint)ldb,
			    accumulate, (double *)(void *)c, N);
}

void ralm_blas_init(void)
{
	openblas_set_num_threads(1);
}

const char *ralm_blas_core(void)
{
	return openblas_get_corename();
}

void ralm_matmul(ralm_real *c, const ralm_real *a, const ralm_real *b,
		 size_t m, size_t n, size_t k, bool accumulate)
{
	gemm(CblasNoTrans, CblasNoTrans, c, a, b, m, n, k, k, n, accumulate);
}

void ralm_matmul_nt(ralm_real *c, const ralm_real *a, const ralm_real *b,
		    size_t m, size_t n, size_t k, bool accumulate)
{
	gemm(CblasNoTrans, CblasTrans, c, a, b, m, n, k, k, k, accumulate);
}

void ralm_matmul_tn(ralm_real *c, const ralm_real *a, const ralm_real *b,
		    size_t m, size_t n, size_t k, bool accumulate)
{
	gemm(CblasTrans, CblasNoTrans, c, a, b, m, n, k, m, n, accumulate);
}

/* In squares that stay in the nearest cache, a row of t at a time. */
void ralm_transpose(ralm_real *t, const ralm_real *a, size_t m, size_t n)
{
	enum { SIDE = 16 };
	for (size_t i = 0; i < m; i += SIDE) {
		size_t rows = m - i < SIDE ? m - i : SIDE;
		for (size_t j = 0; j < n; j++)
			for (size_t k = 0; k < rows; k++)
				t[j * m + i + k] = a[(i + k) * n + j];
	}
}
