/* What the networks with a local attention have in common: the attention over the
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

/* How many rows behind the last one kernels may read. */
enum { RALM_ROWS_SPARE = 3 };

/* Scratch for the m samples of the largest group. q, t and dq of a sample point to the
 * rows of its target (ralm_local_targets), v and dv to its row of V. */
struct ralm_local_attention {
	const ralm_real **q, **dv; /* (m + RALM_ROWS_SPARE), the spare ones to zeros */
	const ralm_real **t;       /* (m) */
	ralm_real **v, **dq;       /* (m) */
	ralm_real *V;              /* (m,H) */
	ralm_real *p, *a, *c;      /* as in sample_kernels.h */
	ralm_real *zeros;          /* (H) */
};

/* A group's list of n seeds and its gradients: pointers to rows (H), and numbers. */
struct ralm_local_list {
	const ralm_real **S; /* (n + RALM_ROWS_SPARE) */
	ralm_real **dS;	     /* (n) set */
	const ralm_real *w;  /* (n') */
	ralm_real *dw;	     /* (n') added to */
	size_t n;
};

/* The rows of the plan's targets. */
struct ralm_local_targets {
	const ralm_real *T, *Q; /* (U - targets_begin,H) */
	ralm_real *dQ;          /* (target_places,H), by target_place */
};

/* Cuts `count` elements of `size` bytes out of memory, from byte *used on, and adds
 * to *used what they take, a multiple of 64. memory NULL: only counts. 64-byte aligned
 * if memory is. */
void *ralm_scratch_cut(char *memory, size_t *used, size_t count, size_t size);

/* Cuts the scratch of local attention for a plan's groups, in the same way. */
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

/* To be called when each v has been overwritten with its gradient dv. Sets dq and dS, and
 * adds to dw. */
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
