/* How a device works on a block of a batch: the plan of networks/plan.h as arrays
 * of numbers that kernels read. Made from that plan, whose order of users, lists and
 * samples it keeps.
 *
 *	group    |   0   |    1    | 2 |      a list and some of its samples
 *	seed     | 0 1 2 | 3 4 5 6 | 7 |      of a group: the users of its list
 *	sample   | 0 1   | 2       | 3 4 |
 *	pair     6 + 4 + 2                    a sample and a seed of its list
 *
 * The gradients of a user are found at several seeds and samples; those of user u
 * are index[start[u]] to index[start[u + 1] - 1], in the order of groups. */
#ifndef RALM_DEVICE_DEVICE_PLAN_H
#define RALM_DEVICE_DEVICE_PLAN_H

#include "device/opencl.h"
#include "networks/network.h"
#include "networks/plan.h"

/* struct group of common.cl. */
struct ralm_device_group {
	uint64_t begin, n, first, end, seeds, P, pairs;
};

/* An array here and there. */
struct ralm_device_array {
	void *here;
	size_t room; /* elements */
	struct ralm_opencl_buffer there;
};

int ralm_device_array_reserve(struct ralm_device_array *array, size_t count,
			      size_t size, struct ralm_error *err)
	RALM_MUST_CHECK;
/* Queues: what is here goes there, and stands still until the next finish. */
void ralm_device_array_send(struct ralm_device_array *array,
			    struct ralm_opencl *device, size_t count,
			    size_t size);
void ralm_device_array_release(struct ralm_device_array *array);

struct ralm_device_plan {
	const struct ralm_plan *plan;
	size_t seeds, pairs, P; /* how many, P in numbers */
	size_t targets;         /* users that are targets */
	struct ralm_device_array group;        /* (G) */
	struct ralm_device_array list_user;    /* uint32_t, as the plan's */
	struct ralm_device_array target;       /* (B) users */
	struct ralm_device_array sample_group; /* (B) */
	struct ralm_device_array seed_group;   /* (seeds) */
	struct ralm_device_array seed_start;   /* (seeds_end + 1) */
	struct ralm_device_array seed_index;   /* (seeds) seeds, or groups */
	struct ralm_device_array target_start; /* (targets + 1) */
	struct ralm_device_array target_index; /* (B) samples */
};

/* Plans a block, in the memory of the one before, and sends it. by_list: the
 * gradients of a user are those of groups. The arrays here stand still until the
 * device has them. Failures of the device are told by ralm_opencl_finish. */
int ralm_device_plan_make(struct ralm_device_plan *to,
			  struct ralm_opencl *device,
			  const struct ralm_plan *plan, bool by_list,
			  struct ralm_error *err) RALM_MUST_CHECK;
/* There is no _init: a zeroed struct is empty. */
void ralm_device_plan_release(struct ralm_device_plan *plan);

#endif
