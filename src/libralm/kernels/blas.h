/* Matrix products through BLAS, one thread a call: ralm's own threads divide rows into
 * blocks, so that sums do not depend on the number of threads. All matrices are
 * row-major and contiguous, and c may be empty (m or n 0); `accumulate` adds to c instead
 * of setting it. */
#ifndef RALM_KERNELS_BLAS_H
#define RALM_KERNELS_BLAS_H

#include <stdbool.h>
#include <stddef.h>

#include "ground/error.h"
#include "kernels/real.h"

/* To be called before `threads` threads multiply: from now on BLAS uses one
 * thread a call, in the whole process, until every begin has its end; then as
 * many as before.
 *
 * The working memory of BLAS, 128 MB of addresses for each thread that calls
 * it, is allocated here: an allocation that fails later OpenBLAS would repeat for ever,
 * and block all callers. On failure nothing has begun, and no product may be
 * computed. */
int ralm_blas_begin(unsigned threads, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_blas_end(void);

/* The name of the BLAS kernel in use ("Haswell", "SkylakeX" ...), for records
 * of timings. */
const char *ralm_blas_core(void);

/* c (m,n) = a (m,k) · b (k,n) */
void ralm_matmul(ralm_real *c, const ralm_real *a, const ralm_real *b,
		 size_t m, size_t n, size_t k, bool accumulate);
/* c (m,n) = a (m,k) · bᵀ, b (n,k) */
void ralm_matmul_nt(ralm_real *c, const ralm_real *a, const ralm_real *b,
		    size_t m, size_t n, size_t k, bool accumulate);
/* c (m,n) = aᵀ · b (k,n), a (k,m) */
void ralm_matmul_tn(ralm_real *c, const ralm_real *a, const ralm_real *b,
		    size_t m, size_t n, size_t k, bool accumulate);

/* t (n,m) = aᵀ, a (m,n) */
void ralm_transpose(ralm_real *t, const ralm_real *a, size_t m, size_t n);

#endif
