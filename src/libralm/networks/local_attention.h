/* What the networks with a local attention have in common: that attention over the
 * samples of a group (plan.h), by one thread, and sums of gradients.
 *
 *	a_i = tanh(S_i·q)   q = Wl·tᵀ   p = softmax(a)   v = Σ (p_i + w_i) S_i
 *
 * w is what the network adds of its own, or zeros (see sample_kernels.h). In training
 * `forward` goes over all samples of the group; then come their losses, some of which
 * need several samples at once; then `backward` uses what forward kept of each. */
#ifndef RALM_NETWORKS_LOCAL_ATTENTION_H
#define RALM_NETWORKS_LOCAL_ATTENTION_H

#include "networks/network.h"

/* Rows after the last one that kernels may read. */
enum { RALM_ROWS_SPARE = 3 };

/* Scratch for m samples, as many as the largest group has. Rows are where the
 * targets' rows are; pointers lead to them. */
struct ralm_local_attention {
	const ralm_real **q, **dv; /* (m + RALM_ROWS_SPARE) */
	const ralm_real **t;       /* (m) */
	ralm_real **v, **dq;       /* (m) */
	ralm_real *V;              /* (m,H) */
	ralm_real *p, *a, *c;      /* as in sample_kernels.h */
	ralm_real *zeros;          /* (H) */
};

/* A group's list and its gradients. */
struct ralm_local_list {
	const ralm_real **S; /* (n + RALM_ROWS_SPARE) */
	ralm_real **dS;	     /* (n) set */
	const ralm_real *w;  /* (n') */
	ralm_real *dw;	     /* (n') added to */
	size_t n;
};

/* The targets' rows, by their number in the plan; dQ by the plan's places. */
struct ralm_local_targets {
	const ralm_real *T, *Q; /* (targets,H) */
	ralm_real *dQ;
};

/* Cuts `count` elements of `size` bytes out of memory, from *used on, which
 * grows. memory NULL: only counts. 64-byte aligned if memory is. */
void *ralm_scratch_cut(char *memory, size_t *used, size_t count, size_t size);

/* Cuts the scratch of local attention for a plan's groups likewise. */
void ralm_local_cut(struct ralm_local_attention *x, char *memory, size_t *used,
		    const struct ralm_plan *plan, size_t H);

/* Sets v of each sample of the group, and cos(v, t) at its place in cosine
 * (B). */
void ralm_local_forward(ralm_real *cosine, struct ralm_local_attention *x,
			const struct ralm_local_list *list,
			const struct ralm_local_targets *targets,
			const struct ralm_plan *plan,
			const struct ralm_group *group,
			const struct ralm_kernels *kernels, size_t H);

/* Once each v has been overwritten by its gradient dv: sets dq and dS, adds to dw. */
void ralm_local_backward(struct ralm_local_attention *x,
			 const struct ralm_local_list *list,
			 const struct ralm_group *group,
			 const struct ralm_kernels *kernels, size_t H);

/* For each of the users [begin, end) who has several rows of gradients, from extra[u]
 * to extra[u + 1] (plan.h): sets row u of d to their sum. Rows have n numbers. */
void ralm_sum_extra_rows(ralm_real *d, const size_t *extra, size_t begin,
			 size_t end, size_t n,
			 const struct ralm_kernels *kernels);

/* `shares` of network_scoring.h: p of the attention. */
void ralm_local_shares(ralm_real *p, const ralm_real *const *seed, size_t n,
		       const ralm_real *target, ralm_real *scratch,
		       const struct ralm_prepared *network);

#endif
