/* The names of users: from the model, or else from the files that had them. */
#ifndef RALM_JOBS_EXPAND_USER_NAMES_H
#define RALM_JOBS_EXPAND_USER_NAMES_H

#include "ground/index.h"
#include "model/model.h"

struct ralm_user_names {
	const struct ralm_model *model;
	/* Users that a file named and the model does not. */
	struct ralm_user_ids ids; /* numbered from 0 */
	uint64_t *keys;		  /* (count) of each number */
	size_t count, room;
	struct ralm_index index; /* from keys to numbers */
};

/* The names that the model has. It outlives them. */
int ralm_user_names_init(struct ralm_user_names *names,
			 const struct ralm_model *model,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_user_names_release(struct ralm_user_names *names);

/* Keeps the id of the user in a row, unless it is known already. */
int ralm_user_names_keep(struct ralm_user_names *names, uint32_t row,
			 const char *id, size_t length,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* The id of the user in a row: *id points into names or the model, or to digits. -1: it
 * is not known, or what the model holds there is not that id. */
int ralm_user_names_get(const char **id, size_t *length,
			char digits[RALM_USER_ID_DIGITS],
			const struct ralm_user_names *names, uint32_t row,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
