/* What the file of --users tells (ralm-users(5)), kept until the users' vectors are
 * known. */
#ifndef RALM_JOBS_FIT_TOLD_USERS_H
#define RALM_JOBS_FIT_TOLD_USERS_H

#include "formats/ids.h"
#include "formats/user_fields.h"
#include "rows/value_sets.h"

/* A number of a user in a field. */
struct ralm_told_number {
	uint32_t user, field;
	double number;
};

struct ralm_told_users {
	struct ralm_ids words;	     /* "gender:F", numbered */
	uint32_t *word_field;	     /* (words.count) */
	struct ralm_value_sets sets; /* of users: numbers of their words */
	size_t word_room;
	struct ralm_told_number *numbers;
	size_t number_count, number_room;
	struct ralm_user_fields fields;
	uint64_t digest; /* of what the file says; never 0 */
};

/* Reads a file once. hash_seed: see ralm_user_key. */
int ralm_told_users_read(struct ralm_told_users *told, const char *path,
			 uint64_t hash_seed,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_told_users_release(struct ralm_told_users *told);

#endif
