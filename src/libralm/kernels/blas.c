#include "kernels/blas.h"

#include "ground/memory.h"

#include <cblas.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

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

/* OpenBLAS keeps what was given back for the next call. A build of it may hide
 * these; then the memory is looked for and not held. */
extern void *blas_memory_alloc(int position) __attribute__((weak));
extern void blas_memory_free(void *buffer) __attribute__((weak));

/* Whether that much can be mapped. */
static int try_memory(size_t bytes, struct ralm_error *err)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return ralm_error_memory(err, bytes);
	munmap(at, bytes);
	return 0;
}

int ralm_blas_reserve(unsigned threads, struct ralm_error *err)
{
	static atomic_uint held;
	const size_t buffer = ((size_t)128 << 20) + 65536;
	if (threads <= atomic_load(&held))
		return 0;
	void **buffers = ralm_aligned_new(threads, sizeof *buffers, err);
	if (buffers == NULL)
		return -1;
	int result = try_memory(threads * buffer, err);
	if (result == 0 && blas_memory_alloc != NULL &&
	    blas_memory_free != NULL) {
		for (unsigned i = 0; i < threads; i++)
			buffers[i] = blas_memory_alloc(0);
		for (unsigned i = 0; i < threads; i++)
			blas_memory_free(buffers[i]);
		atomic_store(&held, threads);
	}
	free(buffers);
	return result;
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
