/* Users taken in blocks of consecutive rows of X (plan.h): a block is one matrix
 * product of each kind, by one thread. */
#ifndef RALM_NETWORKS_USER_BLOCKS_H
#define RALM_NETWORKS_USER_BLOCKS_H

#include "networks/plan.h"

/* The largest block: as many rows as fit a thread's caches and, at D = H = 96,
 * OpenBLAS's kernels for small products (up to a million multiplications), which pack
 * nothing (tests/bench/README.md, "Training"). */
enum { RALM_USER_BLOCK = 96 };

struct ralm_user_blocks {
	const struct ralm_plan *plan;
	size_t begin; /* the first user; the last is the plan's */
	size_t size;  /* of a block; the last one may be smaller */
	size_t count;
};

/* The users of a plan from `begin` on, in about `wanted` blocks, so that all threads have
 * work even in a small batch; more where these would be larger than RALM_USER_BLOCK,
 * fewer where they would be too small to be worth a matrix product. */
struct ralm_user_blocks ralm_user_blocks(const struct ralm_plan *plan,
					 size_t begin, size_t wanted);

/* Block i: users [begin, end), and which of them are seeds and which are targets. A
 * user may be both. A range whose begin is its end is empty. */
struct ralm_user_block {
	size_t begin, end;
	size_t seeds_begin, seeds_end, targets_begin, targets_end;
};

struct ralm_user_block ralm_user_block(const struct ralm_user_blocks *blocks,
				       size_t i);

#endif
