/* The data of one call of the network, which makes three passes: users, forward; groups
 * (plan.h); users, backward. Internal to this folder. */
#ifndef RALM_NETWORKS_KDD19_KDD19_WORK_H
#define RALM_NETWORKS_KDD19_KDD19_WORK_H

#include "networks/kdd19/kdd19.h"
#include "networks/sample_losses.h"
#include "networks/slabs.h"
#include "networks/user_blocks.h"

struct ralm_kdd19_work {
	const struct ralm_network *network;
	const struct ralm_parameters *parameters;
	const struct ralm_plan *plan;
	const ralm_real *X; /* (U,D) */
	size_t D, H;
	struct ralm_user_blocks blocks; /* of all users */

	ralm_real *Z, *S; /* (U,H): before and behind PReLU */
	ralm_real *A;     /* (seeds_end,H) */
	ralm_real *b;     /* (seeds_end) */
	ralm_real *Q;     /* (targets,H); q = t · Wlᵀ */
	ralm_real *MT, *WgT; /* (H,D), (H,H): transposed copies */
	ralm_real *cosine;   /* (B) */

	/* Rows of gradients, as groups set them: of a seed by ralm_kdd19_place(),
	 * of a target by plan->target_place. Then each user's first row becomes
	 * their sum. */
	ralm_real *dS, *db; /* (once_end + seed_places,H), and a number each */
	ralm_real *dT, *dQ; /* (target_places,H) */
	ralm_real *dX; /* (U,D) */
	struct ralm_sample_losses losses;
	struct ralm_slabs slabs;

	char *scratch; /* of each thread, scratch_size bytes apart */
	size_t scratch_size;
};

/* The row for the gradient of a seed of a group, whose plan->seed_place is `place`: row
 * `user` for a tile's own user, one behind all of those for a shared user. */
static inline size_t ralm_kdd19_place(const struct ralm_plan *plan, size_t user,
				      uint32_t place)
{
	return user < plan->once_end ? user : plan->once_end + place;
}

/* kdd19_users.c, by all threads. */
void ralm_kdd19_users_forward(struct ralm_kdd19_work *work);
void ralm_kdd19_users_backward(struct ralm_kdd19_work *work);

/* kdd19_groups.c: the bytes of a thread's scratch; all groups, by all threads. */
size_t ralm_kdd19_scratch_size(const struct ralm_network *network,
			       const struct ralm_plan *plan);
void ralm_kdd19_groups_run(struct ralm_kdd19_work *work);

#endif
