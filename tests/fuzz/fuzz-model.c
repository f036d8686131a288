/* Any bytes as a model file. What is accepted can be searched, described,
 * copied and written, every user is found at the row that is theirs, and has the id
 * that is theirs or none, every value has its text, and no path is set; what is refused
 * says why. */
#include "fuzz.h"

#include "libralm/ground/memory.h"
#include "libralm/model/model_file.h"

#include <string.h>

static void use(const struct ralm_model *model)
{
	struct ralm_model copy;
	struct ralm_error err;
	ralm_real sum = 0;
	for (size_t i = 0; i < model->users.count; i++) {
		char digits[RALM_USER_ID_DIGITS];
		const char *id;
		size_t length;
		must(ralm_users_find(&model->users, model->users.keys[i]) == i);
		must(ralm_user_ids_get(&id, &length, digits, &model->ids,
				       (uint32_t)i, model->users.keys[i],
				       model->hash_seed, &err) >= 0);
		for (size_t d = 0; d < model->table.dim; d++)
			sum += ralm_table_row(&model->table, i)[d];
	}
	for (size_t i = 0; i < model->parameters.size; i++)
		sum += model->parameters.block[i];
	for (size_t i = 0; i < model->values.count; i++)
		sum += model->values.vectors[i * model->table.dim];
	must(ralm_values_check(&model->values, model->hash_seed, &err) == 0);
	volatile ralm_real read = sum;
	(void)read;
	must(ralm_config_check(&model->config, &err) == 0);
	must(model->config.save_checkpoint_path[0] == '\0');
	must(ralm_model_copy(&copy, model, model->users.count + 1, true,
			     &err) == 0);
	must(copy.users.count == model->users.count);
	must(ralm_model_save("/dev/null", NULL, &copy, copy.users.count, NULL,
			     &err) == 0);
	ralm_model_release(&copy);
}

/* A search in arrays that nobody has verified ends, with a row of theirs. */
static void search(const struct ralm_safetensors *file)
{
	struct ralm_error err;
	struct ralm_users users;
	const struct ralm_tensor *keys =
		ralm_safetensors_find(file, "user_keys");
	const struct ralm_tensor *index =
		ralm_safetensors_find(file, "user_index");
	if (keys == NULL || index == NULL || keys->dtype != RALM_U64 ||
	    index->dtype != RALM_U32 || (uintptr_t)keys->data % 8 != 0 ||
	    (uintptr_t)index->data % 4 != 0 ||
	    ralm_users_borrow(&users, keys->data, keys->count, index->data,
			      index->count, &err) != 0)
		return;
	for (uint64_t key = 0; key < 100; key++) {
		uint32_t row = ralm_users_find(&users, key);
		must(row == RALM_ROW_NONE ||
		     (row < users.count && users.keys[row] == key));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ralm_model model;
	struct ralm_safetensors file;
	struct ralm_error err = {.code = RALM_OK};
	/* Aligned, and of the exact size: a byte read past the end is
	 * noticed. */
	void *copy = NULL;
	must(posix_memalign(&copy, RALM_ALIGNMENT, size ? size : 1) == 0);
	if (size > 0)
		memcpy(copy, data, size);
	if (ralm_model_parse(&model, copy, size, "m", &err) == 0) {
		use(&model);
		ralm_model_release(&model);
	} else {
		must(err.code != RALM_OK && err.message[0] != '\0');
		if (ralm_safetensors_parse(&file, copy, size, "m", &err) == 0) {
			search(&file);
			ralm_safetensors_release(&file);
		}
	}
	free(copy);
	return 0;
}
