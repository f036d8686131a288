/* Which values get a vector: words that enough of the model's users have, and bins of
 * numbers with at least so many users; and the users, each with such values. */
#ifndef RALM_JOBS_FIT_VALUE_CHOICE_H
#define RALM_JOBS_FIT_VALUE_CHOICE_H

#include "ground/threads.h"
#include "jobs/fit/told_users.h"
#include "rows/users.h"

/* A bin of numbers. Values are numbered: words first, then bins. */
struct ralm_value_bin {
	uint32_t field;
	double least; /* -INFINITY: the first of its field */
};

struct ralm_value_choice {
	const struct ralm_told_users *told;
	/* (told->sets.count) the row of each user, (told->words.count) the value
	 * of each word; RALM_INDEX_NONE: it has none. */
	uint32_t *row, *value;
	uint32_t *word; /* (words) the word of each value */
	size_t words;
	struct ralm_value_bin *bins; /* (bin_count) field by field, ascending */
	size_t bin_count, bin_room;
	uint32_t *field; /* (words + bin_count) the field of each value */
	/* Of the `known` users whom the model knows, `users` have such values:
	 * user u has user_value[begin[u]] to user_value[begin[u + 1] - 1]. */
	size_t known, users;
	uint64_t *begin;
	uint32_t *user_value, *user_row;
};

/* Before the model's users are known: an error if no value is told of min_count users. */
int ralm_value_choice_foresee(const struct ralm_told_users *told,
			      uint64_t min_count,
			      struct ralm_error *err) RALM_MUST_CHECK;

/* users: the model's, of whom the first `rows` count. min_count: users that a value
 * needs. bins: of a field of numbers, at most. It is an error if the model knows nobody,
 * or no value is left. */
int ralm_value_choice_init(struct ralm_value_choice *choice,
			   const struct ralm_told_users *told,
			   const struct ralm_users *users, size_t rows,
			   uint64_t min_count, uint64_t bins,
			   struct ralm_threads *threads,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_value_choice_release(struct ralm_value_choice *choice);

#endif
