#include "jobs/expand/user_names.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

int ralm_user_names_init(struct ralm_user_names *names,
			 const struct ralm_model *model, struct ralm_error *err)
{
	memset(names, 0, sizeof *names);
	names->model = model;
	return ralm_index_reserve(&names->index, NULL, 0, err);
}

void ralm_user_names_release(struct ralm_user_names *names)
{
	free(names->keys);
	ralm_user_ids_release(&names->ids);
	ralm_index_release(&names->index);
	memset(names, 0, sizeof *names);
}

static int model_name(const char **id, size_t *length,
		      char digits[RALM_USER_ID_DIGITS],
		      const struct ralm_model *model, uint32_t row,
		      struct ralm_error *err)
{
	return ralm_user_ids_get(id, length, digits, &model->ids, row,
				 model->users.keys[row], model->hash_seed, err);
}

int ralm_user_names_keep(struct ralm_user_names *names, uint32_t row,
			 const char *id, size_t length, struct ralm_error *err)
{
	const uint64_t key = names->model->users.keys[row];
	char digits[RALM_USER_ID_DIGITS];
	const char *known;
	size_t known_length;
	int got = model_name(&known, &known_length, digits, names->model, row,
			     err);
	if (got != 0)
		return got < 0 ? -1 : 0;
	if (ralm_index_find(&names->index, names->keys, names->count, key) !=
	    RALM_INDEX_NONE)
		return 0;
	if (RALM_RESERVE(names->keys, names->room, names->count + 1,
			 err) != 0 ||
	    ralm_index_reserve(&names->index, names->keys, names->count,
			       err) != 0 ||
	    ralm_user_ids_add(&names->ids, (uint32_t)names->count, key, id,
			      length, err) != 0)
		return -1;
	names->keys[names->count] = key;
	ralm_index_put(&names->index, key, (uint32_t)names->count++);
	return 0;
}

int ralm_user_names_get(const char **id, size_t *length,
			char digits[RALM_USER_ID_DIGITS],
			const struct ralm_user_names *names, uint32_t row,
			struct ralm_error *err)
{
	const struct ralm_model *model = names->model;
	const uint64_t key = model->users.keys[row];
	int got = model_name(id, length, digits, model, row, err);
	if (got != 0)
		return got < 0 ? -1 : 0;
	const uint32_t number = ralm_index_find(&names->index, names->keys,
						names->count, key);
	got = ralm_user_ids_get(id, length, digits, &names->ids, number, key,
				model->hash_seed, err);
	return got == 1 ? 0 : -1;
}
