/* How a device works on a block of a batch: the plan of networks/plan.h as arrays of
 * numbers that kernels read, with its order of users, lists and samples.
 *
 *	group    |   0   |    1    | 2 |      a list and some of its samples
 *	seed     | 0 1 2 | 3 4 5 6 | 7 |      of a group: a user of its list
 *	sample   | 0 1   | 2       | 3 4 |
 *	pair     6 + 4 + 2                    a sample and a seed of its list
 *
 * A user's gradient is a sum over the seeds and the samples that the user is. Those of
 * user u are index[start[u]] to index[start[u + 1] - 1], in the order of groups. */
#ifndef RALM_DEVICE_DEVICE_PLAN_H
#define RALM_DEVICE_DEVICE_PLAN_H

#include "device/opencl.h"
#include "networks/network.h"
#include "networks/plan.h"

/* struct group of common.cl, which explains the fields. */
struct ralm_device_group {
	uint64_t begin, n, first, end, seeds, P, pairs;
};

/* An array in the host's memory, and its copy on a device. A zeroed struct is empty. */
struct ralm_device_array {
	void *host; /* (count) elements of `size` bytes */
	size_t count, size, room;
	struct ralm_opencl_buffer buffer;
};

/* Makes room for `count` elements of `size` bytes, on the host. An array's size is always
 * the same. */
int ralm_device_array_reserve(struct ralm_device_array *array, size_t count,
			      size_t size, struct ralm_error *err)
	RALM_MUST_CHECK;
/* Queues the copy to the device. `host` must not change until the next finish. */
void ralm_device_array_send(struct ralm_device_array *array,
			    struct ralm_opencl *device);
void ralm_device_array_release(struct ralm_device_array *array);

struct ralm_device_plan {
	const struct ralm_plan *plan;
	size_t seeds, pairs;    /* of all groups */
	size_t P;               /* numbers of the rows of P (lists.cl), of all groups */
	size_t targets;         /* users that are targets */
	/* From here on there are arrays alone: they are sent and released one after the
	 * other. All but the first are of uint32_t. */
	struct ralm_device_array group;        /* (G) */
	struct ralm_device_array list_user;    /* as the plan's */
	struct ralm_device_array target;       /* (B) users */
	struct ralm_device_array sample_group; /* (B) */
	struct ralm_device_array seed_group;   /* (seeds) */
	struct ralm_device_array seed_start;   /* (seeds_end + 1) */
	struct ralm_device_array seed_index;   /* (seeds) seeds, or by_list groups */
	struct ralm_device_array target_start; /* (targets + 1) */
	struct ralm_device_array target_index; /* (B) samples */
};

/* Plans a block, in the memory of the one before, and queues its copy to the device: to
 * be called again only after ralm_opencl_finish, which also tells whether that failed.
 * `plan` must outlive it. by_list: all seeds of a group have one gradient, so that a
 * user's is a sum over groups. -1: no memory on the host. */
int ralm_device_plan_make(struct ralm_device_plan *to,
			  struct ralm_opencl *device,
			  const struct ralm_plan *plan, bool by_list,
			  struct ralm_error *err) RALM_MUST_CHECK;
/* There is no _init: a zeroed struct is empty. */
void ralm_device_plan_release(struct ralm_device_plan *plan);

#endif
