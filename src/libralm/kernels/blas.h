/* Matrix products through BLAS, one thread a call: the threads are ours, over
 * blocks of rows, so that the sums do not depend on their number. All matrices
 * are row-major and contiguous; `accumulate` adds to c instead of setting it. */
#ifndef RALM_GROUND_BLAS_H
#define RALM_GROUND_BLAS_H

#include <stdbool.h>
#include <stddef.h>

#include "ground/error.h"
#include "kernels/real.h"

/* Before `threads` threads multiply: BLAS uses one thread a call from now on, in
 * the whole process, until each that began has ended; then as many as before.
 *
 * What it works in, 128 MB of addresses for each thread that calls it, is taken
 * now: where it cannot have that it asks for ever and holds up everybody who
 * calls it. On failure nothing has begun, and nobody is to multiply. */
int ralm_blas_begin(unsigned threads, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_blas_end(void);

/* The kernel in use ("Haswell", "SkylakeX" ...), for the record of timings. */
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
