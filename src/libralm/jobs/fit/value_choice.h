/* Which values get a vector: those that enough users have whom the model knows,
 * and bins of numbers of at least so many users; and the users by them. */
#ifndef RALM_JOBS_FIT_VALUE_CHOICE_H
#define RALM_JOBS_FIT_VALUE_CHOICE_H

#include "ground/threads.h"
#include "jobs/fit/told_users.h"
#include "rows/users.h"

/* A bin of numbers; its value is behind all words. */
struct ralm_value_bin {
	uint32_t field;
	double least; /* -INFINITY: the first of its field */
};

struct ralm_value_choice {
	const struct ralm_told_users *told;
	uint32_t *row;	 /* (told->sets.count) of each user; or NONE */
	uint32_t *value; /* (told->words.count) of each word; or NONE */
	uint32_t *word;	 /* (words) of each value */
	size_t words;
	struct ralm_value_bin *bins; /* (bin_count) field by field, ascending */
	size_t bin_count, bin_room;
	uint32_t *field; /* (words + bin_count) of each value */
	/* Users that the model knows and that have one of these: user u has
	 * values begin[u] to begin[u + 1] - 1 of user_value. */
	size_t known, users;
	uint64_t *begin;
	uint32_t *user_value, *user_row;
};

/* Before it is known whom the model will know: that no value is told of min_count
 * users is an error. */
int ralm_value_choice_foresee(const struct ralm_told_users *told,
			      uint64_t min_count,
			      struct ralm_error *err) RALM_MUST_CHECK;

/* users: those of rows below `rows` count. min_count: of a value; bins: of a field
 * of numbers, at most. Where nobody is known, or no value is left, that is an
 * error. */
int ralm_value_choice_init(struct ralm_value_choice *choice,
			   const struct ralm_told_users *told,
			   const struct ralm_users *users, size_t rows,
			   uint64_t min_count, uint64_t bins,
			   struct ralm_threads *threads,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_value_choice_release(struct ralm_value_choice *choice);

#endif
