#include "networks/user_blocks.h"

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

struct ralm_user_blocks ralm_user_blocks(const struct ralm_plan *plan,
					 size_t begin, size_t wanted)
{
	enum { AT_LEAST = 16 };
	const size_t users = plan->U - begin;
	const size_t size = smaller(larger(users / wanted + 1, AT_LEAST),
				    RALM_USER_BLOCK);
	return (struct ralm_user_blocks){
		.plan = plan,
		.begin = begin,
		.size = size,
		.count = (users + size - 1) / size,
	};
}

struct ralm_user_block ralm_user_block(const struct ralm_user_blocks *blocks,
				       size_t i)
{
	const struct ralm_plan *plan = blocks->plan;
	const size_t begin = blocks->begin + i * blocks->size;
	const size_t end = smaller(begin + blocks->size, plan->U);
	return (struct ralm_user_block){
		.begin = begin,
		.end = end,
		.seeds_begin = smaller(begin, plan->seeds_end),
		.seeds_end = smaller(end, plan->seeds_end),
		.targets_begin = larger(begin, plan->targets_begin),
		.targets_end = larger(end, plan->targets_begin),
	};
}
