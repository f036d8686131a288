#include "model/model.h"

#include "ground/rng.h"

#include <string.h>
#include <sys/mman.h>

static int init(struct ralm_model *model, const struct ralm_config *config,
		size_t user_count, struct ralm_error *err)
{
	size_t D, H;
	memset(model, 0, sizeof *model);
	model->config = *config;
	model->network = ralm_network_kind(config->network, err);
	if (model->network == NULL)
		return -1;
	ralm_network_settle(&model->config, model->network);
	D = (size_t)model->config.user_emb_size;
	H = (size_t)model->config.transformed_size;
	if (ralm_users_init(&model->users, user_count, err) == 0 &&
	    ralm_table_init(&model->table, user_count, D, err) == 0 &&
	    ralm_parameters_init(&model->parameters, &model->network->specs, D, H,
				 err) == 0)
		return 0;
	ralm_model_release(model);
	return -1;
}

int ralm_model_init(struct ralm_model *model, const struct ralm_config *config,
		    struct ralm_error *err)
{
	if (init(model, config, (size_t)config->user_count, err) != 0)
		return -1;
	ralm_parameters_start(&model->parameters, config->rng_seed);
	if (config->score_scale == RALM_SCALE_FIXED)
		*model->parameters.scale = 1;
	model->hash_seed = ralm_mix64(config->rng_seed);
	model->ids.dropped = config->user_ids == RALM_USER_IDS_DROP;
	return 0;
}

int ralm_model_copy_users(struct ralm_model *model,
			  const struct ralm_model *from, size_t user_count,
			  bool ids, struct ralm_error *err)
{
	if (user_count < from->users.count)
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"the model holds %zu users: raise --user-count to at "
			"least that",
			from->users.count);
	if (init(model, &from->config, user_count, err) != 0)
		return -1;
	model->ids.dropped = !ids;
	if (ralm_users_copy(&model->users, &from->users, err) != 0 ||
	    ralm_user_ids_copy(&model->ids, &from->ids, err) != 0) {
		ralm_model_release(model);
		return -1;
	}
	memcpy(model->parameters.block, from->parameters.block,
	       from->parameters.size * sizeof(ralm_real));
	model->config.user_count = user_count;
	model->steps = from->steps;
	model->hash_seed = from->hash_seed;
	return 0;
}

int ralm_model_copy(struct ralm_model *model, const struct ralm_model *from,
		    size_t user_count, bool ids, struct ralm_error *err)
{
	const size_t count = from->users.count;
	if (ralm_model_copy_users(model, from, user_count, ids, err) != 0)
		return -1;
	if (ralm_table_grow(&model->table, count, err) != 0) {
		ralm_model_release(model);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		memcpy(ralm_table_row(&model->table, i),
		       ralm_table_row(&from->table, i),
		       from->table.dim * sizeof(ralm_real));
	return 0;
}

int ralm_model_check_ids(const struct ralm_model *model,
			   struct ralm_error *err)
{
	const size_t users = model->users.count;
	const size_t missing = ralm_user_ids_missing(
		&model->ids, model->users.keys, users);
	if (missing == 0)
		return 0;
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "the model does not know what %zu of its %zu users "
			      "are called (ralm-fit --user-ids=keep)",
			      missing, users);
}

void ralm_model_release(struct ralm_model *model)
{
	ralm_users_release(&model->users);
	ralm_user_ids_release(&model->ids);
	ralm_table_release(&model->table);
	ralm_values_release(&model->values);
	ralm_parameters_release(&model->parameters);
	ralm_safetensors_release(&model->file);
	if (model->mapping != NULL)
		munmap(model->mapping, model->mapping_size);
	memset(model, 0, sizeof *model);
}
