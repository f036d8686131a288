/* What one device needs for one block of a batch. The passes of the networks
 * (device_networks.c) work on it. Users and their order are the plan's; an array with
 * rows for targets alone begins with user targets_begin. */
#ifndef RALM_DEVICE_DEVICE_PASS_H
#define RALM_DEVICE_DEVICE_PASS_H

#include "device/device_plan.h"
#include "device/matmul.h"
#include "networks/network.h"

enum { RALM_DEVICE_COSINES = 2 }; /* of a sample, at most */

struct ralm_device_pass {
	struct ralm_opencl *device;
	const struct ralm_network *network;
	const struct ralm_parameters *shape; /* where each begins in the block */
	size_t D, H;
	struct ralm_device_plan plan;

	/* The vectors that attention works on: of seeds, from user 0 on, and of targets,
	 * from user T_first on. They are S and T, or X where nothing transforms it. */
	const struct ralm_opencl_buffer *S_of, *T_of;
	size_t T_first;

	/* From here to `parts` there are buffers alone: release goes over them.
	 *
	 * All of the parameters' block, and its gradient. */
	struct ralm_opencl_buffer parameters, gradient;
	/* Of users. A, Q: of attention, from S and T (ralm_device_rows_forward). */
	struct ralm_opencl_buffer X, dX;    /* (U,D) */
	struct ralm_opencl_buffer Z;        /* (U,H) before PReLU; then its gradient */
	struct ralm_opencl_buffer S;        /* (seeds_end or U,H) transformed */
	struct ralm_opencl_buffer T, Q;     /* (targets,H) */
	struct ralm_opencl_buffer A;        /* (seeds_end,H) */
	struct ralm_opencl_buffer b;        /* (seeds_end) */
	struct ralm_opencl_buffer user_dS, user_dA, user_dT, user_dQ, user_db; /* as these */
	struct ralm_opencl_buffer slopes;   /* (U) gradients of PReLU's slope */
	/* Of groups. */
	struct ralm_opencl_buffer g, dg;    /* (G,H) */
	struct ralm_opencl_buffer P;        /* some rows of each (lists.cl) */
	/* Of seeds of groups. */
	struct ralm_opencl_buffer w, dw, db; /* (seeds) */
	struct ralm_opencl_buffer dS, dA;   /* (seeds,H) */
	/* Of pairs. */
	struct ralm_opencl_buffer p, a, z;
	/* Of samples. */
	struct ralm_opencl_buffer V, dV;    /* (B,H); V may become its own gradient */
	struct ralm_opencl_buffer dT, dQ;   /* (B,H) */
	struct ralm_opencl_buffer c[RALM_DEVICE_COSINES], dcosine; /* (B) */
	struct ralm_opencl_buffer cosine[RALM_DEVICE_COSINES]; /* (B) struct cosine */
	struct ralm_opencl_buffer parts;    /* scratch of ralm_device_matmul_tn */
};

void ralm_device_pass_release(struct ralm_device_pass *x);

/* What a network does on a device. */
struct ralm_device_network {
	const struct ralm_network_kind *kind;
	bool by_list;	  /* all seeds of a list have the same gradient */
	unsigned cosines; /* of a sample; of two, alpha is how much the second counts */
	void (*forward)(struct ralm_device_pass *x);  /* up to c */
	void (*backward)(struct ralm_device_pass *x); /* from dcosine on */
};

/* NULL and RALM_ERROR_CONFIG: the network has no passes for a device. */
const struct ralm_device_network *
ralm_device_network(const struct ralm_network_kind *kind, struct ralm_error *err);

/* ---- device_steps.c: parts of passes that several networks have -------------
 * They queue commands, and make room for what they set. */

/* Parameter p, and its gradient. */
struct ralm_device_matrix ralm_device_parameter(const struct ralm_device_pass *x,
						size_t p);
struct ralm_device_matrix ralm_device_gradient(const struct ralm_device_pass *x,
					       size_t p);

/* Makes room for a buffer of `count` floats, which are undefined, or with `zeros` 0. */
void ralm_device_room(struct ralm_device_pass *x,
		      struct ralm_opencl_buffer *buffer, size_t count, bool zeros);

/* Sets g of each list: the sum of its seeds' vectors, weighted by w unless `plain`. */
void ralm_device_list_sum(struct ralm_device_pass *x, bool plain);
/* Sets w of each list by global attention, from A. Backward, from dg: sets dw and dA of
 * seeds, and adds to their dS. */
void ralm_device_global_forward(struct ralm_device_pass *x);
void ralm_device_global_backward(struct ralm_device_pass *x);
/* Sets dw of seeds, the gradient of w, from dg of lists. */
void ralm_device_seed_dots(struct ralm_device_pass *x);
/* Sets V by local attention, from Q; with `adds` plus g of the list. Backward, from dg,
 * and V, now its own gradient: sets dS of seeds, and dQ of samples. */
void ralm_device_local_forward(struct ralm_device_pass *x, bool adds);
void ralm_device_local_backward(struct ralm_device_pass *x);
/* Sets the k-th cosine of each sample: that of the target with V, or by_list with g.
 * Backward, from dcosine times weight: sets dV (which may be V), and dT, to which a k
 * above 0 adds. */
void ralm_device_cosine_forward(struct ralm_device_pass *x, unsigned k,
				bool by_list);
void ralm_device_cosine_backward(struct ralm_device_pass *x, unsigned k,
				 bool by_list, double weight,
				 struct ralm_opencl_buffer *dV);
/* Sets dg of each list: the sum of dV over its samples. */
void ralm_device_samples_sum(struct ralm_device_pass *x,
			     const struct ralm_opencl_buffer *dV);

/* Adds the rows `from` of seeds, or by_list of lists, to the rows `to` of their users.
 * Likewise those of samples to their targets', of which that of user targets_begin is
 * row `first` of `to`. */
void ralm_device_seed_rows(struct ralm_device_pass *x,
			   const struct ralm_opencl_buffer *to,
			   const struct ralm_opencl_buffer *from, size_t width);
void ralm_device_target_rows(struct ralm_device_pass *x,
			     const struct ralm_opencl_buffer *to, size_t first,
			     const struct ralm_opencl_buffer *from);

/* Sets A = tanh(S·Wg) of seeds and Q = T·Wlᵀ of targets. Wg, Wl: which parameters. */
void ralm_device_rows_forward(struct ralm_device_pass *x, size_t Wg, size_t Wl);
/* From user_dA, the gradient of S·Wg: sets that of Wg, and adds to dS (rows of users). */
void ralm_device_A_backward(struct ralm_device_pass *x, size_t Wg,
			    const struct ralm_opencl_buffer *dS);
/* From dQ of samples: sets the gradient of Wl, and adds to dT, of which that of user
 * targets_begin is row `first`. */
void ralm_device_Q_backward(struct ralm_device_pass *x, size_t Wl,
			    const struct ralm_opencl_buffer *dT, size_t first);

#endif
