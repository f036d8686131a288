/* Local attention in training, for the networks that have it: some samples of a
 * group (plan.h) at a time, by one thread.
 *
 *	a_i = tanh(S_i·q)   q = Wl·tᵀ   p = softmax(a)   v = Σ (p_i + w_i) S_i
 *
 * w is what a network adds of its own, or zeros; sample_kernels.h has the rest. */
#ifndef RALM_NETWORKS_LOCAL_ATTENTION_H
#define RALM_NETWORKS_LOCAL_ATTENTION_H

#include "networks/network.h"

/* Rows behind the last that kernels may read. */
enum { RALM_ROWS_SPARE = 3 };

/* Scratch; rows stand wherever the targets' do, and pointers name them. */
struct ralm_local_attention {
	const ralm_real *q[RALM_SAMPLES_TOGETHER + RALM_ROWS_SPARE];
	const ralm_real *dv[RALM_SAMPLES_TOGETHER + RALM_ROWS_SPARE];
	const ralm_real *t[RALM_SAMPLES_TOGETHER];
	ralm_real *v[RALM_SAMPLES_TOGETHER], *dq[RALM_SAMPLES_TOGETHER];
	ralm_real *V;	      /* (RALM_SAMPLES_TOGETHER,H) */
	ralm_real *p, *a, *c; /* as in sample_kernels.h */
	ralm_real *zeros;     /* (H) */
};

/* A group's list, and what its samples leave to it. */
struct ralm_local_list {
	const ralm_real **S; /* (n + RALM_ROWS_SPARE) */
	ralm_real **dS;	     /* (n) */
	const ralm_real *w;  /* (n') */
	ralm_real *dw;	     /* (n') added to */
	size_t n;
};

/* Memory, unless it is NULL, of `count` of `size` bytes, *used bytes from its
 * start; they are used then. 64-byte aligned, if memory is. */
void *ralm_scratch_cut(char *memory, size_t *used, size_t count, size_t size);

/* Cuts what local attention over lists of n needs likewise. */
void ralm_local_cut(struct ralm_local_attention *x, char *memory, size_t *used,
		    size_t n, size_t H);

/* Names the rows of the m samples from `first` on, RALM_SAMPLES_TOGETHER at most:
 * T, Q (targets,H) by the plan's targets, dQ by its places. zeros are set. */
void ralm_local_find(struct ralm_local_attention *x,
		     const struct ralm_plan *plan, const ralm_real *T,
		     const ralm_real *Q, ralm_real *dQ, size_t first, size_t m,
		     size_t H);

/* Sets v and cos(v, t) of the m samples. */
void ralm_local_forward(ralm_real *cosine, struct ralm_local_attention *x,
			const struct ralm_local_list *list,
			const struct ralm_kernels *kernels, size_t m, size_t H);

/* Once every v has become dv: sets dq, adds to dw and, but where it `sets` them, to
 * dS. */
void ralm_local_backward(struct ralm_local_attention *x,
			 const struct ralm_local_list *list,
			 const struct ralm_kernels *kernels, size_t m, size_t H,
			 bool sets);

#endif
