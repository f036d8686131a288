/* What one device needs for one block of a batch: the passes of the networks are
 * written over it (device_networks.c). Users and their order are the plan's;
 * rows of targets alone begin with user targets_begin. */
#ifndef RALM_DEVICE_DEVICE_PASS_H
#define RALM_DEVICE_DEVICE_PASS_H

#include "device/device_plan.h"
#include "device/matmul.h"
#include "networks/network.h"

enum { RALM_DEVICE_COSINES = 2 }; /* of a sample, at most */

struct ralm_device_pass {
	struct ralm_opencl *device;
	const struct ralm_network *network;
	const struct ralm_parameters *shape; /* where parameters are in the block */
	size_t D, H;
	struct ralm_device_plan plan;

	/* Vectors of seeds, and of targets from user T_first on. */
	const struct ralm_opencl_buffer *S_of, *T_of;
	size_t T_first;

	/* All of the parameters' block, and its gradient. */
	struct ralm_opencl_buffer parameters, gradient;
	/* users */
	struct ralm_opencl_buffer X, dX;	/* (U,D) */
	struct ralm_opencl_buffer Z, S, T, A, Q;/* before a transform; S, T; of
						 * seeds; of targets; (·,H) */
	struct ralm_opencl_buffer b;		/* (seeds_end) */
	struct ralm_opencl_buffer user_dS, user_dA, user_dT, user_dQ, user_db;
	struct ralm_opencl_buffer slopes; /* (U) */
	/* groups */
	struct ralm_opencl_buffer g, dg; /* (G,H) */
	struct ralm_opencl_buffer P;
	/* seeds of groups */
	struct ralm_opencl_buffer w, dw, db; /* (seeds) */
	struct ralm_opencl_buffer dS, dA;    /* (seeds,H) */
	/* pairs */
	struct ralm_opencl_buffer p, a, z;
	/* samples; V becomes its own gradient */
	struct ralm_opencl_buffer V, dV, dT, dQ; /* (B,H) */
	struct ralm_opencl_buffer c[RALM_DEVICE_COSINES], dcosine; /* (B) */
	struct ralm_opencl_buffer cosine[RALM_DEVICE_COSINES];
	struct ralm_opencl_buffer parts; /* of products */
};

void ralm_device_pass_release(struct ralm_device_pass *x);

/* What a network does on a device. */
struct ralm_device_network {
	const struct ralm_network_kind *kind;
	bool by_list;	  /* a list's seeds have one gradient */
	unsigned cosines; /* of a sample; with two, alpha is the second's part */
	void (*forward)(struct ralm_device_pass *x);  /* up to c */
	void (*backward)(struct ralm_device_pass *x); /* from dcosine on */
};

/* NULL and RALM_ERROR_CONFIG: the network has nothing for a device. */
const struct ralm_device_network *
ralm_device_network(const struct ralm_network_kind *kind, struct ralm_error *err);

/* ---- device_steps.c: parts of passes that several networks have ------------- */

/* Where parameter p is, and its gradient. */
struct ralm_device_matrix ralm_device_parameter(const struct ralm_device_pass *x,
						size_t p);
struct ralm_device_matrix ralm_device_gradient(const struct ralm_device_pass *x,
					       size_t p);

/* buffer (count), zeroed where `zeros` */
void ralm_device_room(struct ralm_device_pass *x,
		      struct ralm_opencl_buffer *buffer, size_t count, bool zeros);

/* g of each list; weighted by w, or the plain sum. */
void ralm_device_list_sum(struct ralm_device_pass *x, bool plain);
/* w of each list by global attention; and, from dg, dA of seeds, adding to
 * dS. */
void ralm_device_global_forward(struct ralm_device_pass *x);
void ralm_device_global_backward(struct ralm_device_pass *x);
/* dw of seeds, the gradient of w, from dg of lists. */
void ralm_device_seed_dots(struct ralm_device_pass *x);
/* V, with g to it where `adds`; Q is there. Backward, with V its gradient and dg:
 * dS of seeds, and dQ. */
void ralm_device_local_forward(struct ralm_device_pass *x, bool adds);
void ralm_device_local_backward(struct ralm_device_pass *x);
/* The k-th cosine of each sample: of V, or by_list of g. Backward, times weight:
 * the gradient becomes `dV`; dT is set by the first one. */
void ralm_device_cosine_forward(struct ralm_device_pass *x, unsigned k,
				bool by_list);
void ralm_device_cosine_backward(struct ralm_device_pass *x, unsigned k,
				 bool by_list, double weight,
				 struct ralm_opencl_buffer *dV);
/* dg of each list: the sum of dV over its samples. */
void ralm_device_samples_sum(struct ralm_device_pass *x,
			     const struct ralm_opencl_buffer *dV);

/* Adds the rows that seeds (or, by_list, lists) have to those of their users;
 * samples' likewise, to the row of user targets_begin at `first`. */
void ralm_device_seed_rows(struct ralm_device_pass *x,
			   const struct ralm_opencl_buffer *to,
			   const struct ralm_opencl_buffer *from, size_t width);
void ralm_device_target_rows(struct ralm_device_pass *x,
			     const struct ralm_opencl_buffer *to, size_t first,
			     const struct ralm_opencl_buffer *from);

/* A = tanh(S·Wg) of seeds; Q = T·Wlᵀ of targets. Wg, Wl: numbers of parameters. */
void ralm_device_rows_forward(struct ralm_device_pass *x, size_t Wg, size_t Wl);
/* Adds what is found by way of user_dA, before the tanh, to dS (at users' rows). */
void ralm_device_A_backward(struct ralm_device_pass *x, size_t Wg,
			    const struct ralm_opencl_buffer *dS);
/* Adds what is found by way of dQ to dT, whose targets begin at row `first`. */
void ralm_device_Q_backward(struct ralm_device_pass *x, size_t Wl,
			    const struct ralm_opencl_buffer *dT, size_t first);

#endif
