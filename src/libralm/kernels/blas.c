#include "kernels/blas.h"

#include "ground/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

/* One of configure --with-blas; each has its header and its way to set the
 * number of threads. MKL is linked without threads; Accelerate reads an
 * environment variable. */
#if defined RALM_BLAS_ACCELERATE
#include <Accelerate/Accelerate.h>
#define threads_used() 1
#define use_threads(count) ((void)(count))
#define core_name() "Accelerate"
#elif defined RALM_BLAS_BLIS
#include <blis.h>
#define threads_used() ((int)bli_thread_get_num_threads())
#define use_threads(count) bli_thread_set_num_threads(count)
#define core_name() bli_arch_string(bli_arch_query_id())
#elif defined RALM_BLAS_MKL
#include <mkl.h>
#define threads_used() 1
#define use_threads(count) ((void)(count))
#define core_name() "MKL"
#else
#include <cblas.h>
#define threads_used() openblas_get_num_threads()
#define use_threads(count) openblas_set_num_threads(count)
#define core_name() openblas_get_corename()
#define HOLDS_MEMORY
#endif

/* BLAS's gemm for the real type of this build; ta, tb: a, b are to be transposed. */
static void gemm(bool ta, bool tb, ralm_real *c, const ralm_real *a,
		 const ralm_real *b, size_t m, size_t n, size_t k, size_t lda,
		 size_t ldb, bool accumulate)
{
	const int M = (int)m, N = (int)n, K = (int)k;
	if (m == 0 || n == 0)
		return;
	if (sizeof(ralm_real) == sizeof(float))
		cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans,
			    tb ? CblasTrans : CblasNoTrans, M, N, K, 1,
			    (const float *)(const void *)a, (int)lda,
			    (const float *)(const void *)b, (int)ldb,
			    accumulate, (float *)(void *)c, N);
	else
		cblas_dgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans,
			    tb ? CblasTrans : CblasNoTrans, M, N, K, 1,
			    (const double *)(const void *)a, (int)lda,
			    (const double *)(const void *)b, (int)ldb,
			    accumulate, (double *)(void *)c, N);
}

#ifdef HOLDS_MEMORY
/* OpenBLAS keeps freed memory for the next call. A build of it may hide these
 * functions; then memory is checked and not held. macOS's linker wants to see them,
 * weak or not. */
#if defined __APPLE__ && !defined RALM_BLAS_MEMORY
static void *(*const blas_memory_alloc)(int position);
static void (*const blas_memory_free)(void *buffer);
#else
extern void *blas_memory_alloc(int position) __attribute__((weak));
extern void blas_memory_free(void *buffer) __attribute__((weak));
#endif

/* Checks that so much memory can be mapped. */
static int try_memory(size_t bytes, struct ralm_error *err)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return ralm_error_memory(err, bytes);
	munmap(at, bytes);
	return 0;
}

static int reserve(unsigned threads, struct ralm_error *err)
{
	static unsigned held;
	const size_t buffer = ((size_t)128 << 20) + 65536;
	if (threads <= held)
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
		held = threads;
	}
	free(buffers);
	return result;
}
#else
static int reserve(unsigned threads, struct ralm_error *err)
{
	(void)threads, (void)err;
	return 0;
}
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the statics */
static unsigned begun; /* calls of begin without their end */
static int threads_before;

int ralm_blas_begin(unsigned threads, struct ralm_error *err)
{
	pthread_mutex_lock(&lock);
	const int result = reserve(threads, err);
	if (result == 0 && begun++ == 0) {
		threads_before = threads_used();
		use_threads(1);
	}
	pthread_mutex_unlock(&lock);
	return result;
}

void ralm_blas_end(void)
{
	pthread_mutex_lock(&lock);
	if (--begun == 0)
		use_threads(threads_before);
	pthread_mutex_unlock(&lock);
}

const char *ralm_blas_core(void)
{
	return core_name();
}

void ralm_matmul(ralm_real *c, const ralm_real *a, const ralm_real *b,
		 size_t m, size_t n, size_t k, bool accumulate)
{
	gemm(false, false, c, a, b, m, n, k, k, n, accumulate);
}

void ralm_matmul_nt(ralm_real *c, const ralm_real *a, const ralm_real *b,
		    size_t m, size_t n, size_t k, bool accumulate)
{
	gemm(false, true, c, a, b, m, n, k, k, k, accumulate);
}

void ralm_matmul_tn(ralm_real *c, const ralm_real *a, const ralm_real *b,
		    size_t m, size_t n, size_t k, bool accumulate)
{
	gemm(true, false, c, a, b, m, n, k, m, n, accumulate);
}

/* In squares that fit the nearest cache, a row of t at a time. */
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
