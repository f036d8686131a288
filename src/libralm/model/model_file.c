#include "model/model_file.h"

#include "ground/numbers.h"
#include "kernels/kernels.h"
#include "model/values_file.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define FAIL(err, ...) ralm_error_set(err, RALM_ERROR_DATA, __VA_ARGS__)

enum { DIM_MAX = 8192 };

const struct ralm_tensor *ralm_model_tensor(const struct ralm_model *model,
					    const char *name,
					    enum ralm_dtype dtype,
					    unsigned rank,
					    struct ralm_error *err)
{
	const struct ralm_tensor *t = ralm_safetensors_find(&model->file, name);
	if (t == NULL)
		FAIL(err, "%s: there is no such tensor", name);
	else if (t->dtype != dtype)
		FAIL(err, "%s: expected %s, got %s", name,
		     ralm_dtype_name(dtype), ralm_dtype_name(t->dtype));
	else if (t->rank != rank)
		FAIL(err, "%s: expected %u dimensions, got %u", name, rank,
		     t->rank);
	else if ((uintptr_t)t->data % ralm_dtype_size(dtype) != 0)
		FAIL(err, "%s: not aligned to %zu bytes", name,
		     ralm_dtype_size(dtype));
	else
		return t;
	return NULL;
}

static int get_number(uint64_t *value, const struct ralm_model *model,
		      const char *key, struct ralm_error *err)
{
	const char *text = ralm_safetensors_metadata(&model->file, key);
	if (text == NULL || ralm_parse_u64(value, text, strlen(text), UINT64_MAX))
		return 0;
	return FAIL(err, "__metadata__: %s: expected a whole number, got '%s'",
		    key, text);
}

/* Reads the settings: from "config", if the file has it, and from the keys beside it,
 * which other programs that make a model can write more easily. Whatever else the
 * file sets, such as a path to write to, has no effect. */
static int get_settings(struct ralm_model *model, struct ralm_error *err)
{
	static const char *const keys[] = {"network", "loss", "score_scale",
					   "seeds_num", "rng_seed"};
	char ignored[RALM_CONFIG_IGNORED_MAX];
	struct ralm_config *config = &model->config;
	const char *text = ralm_safetensors_metadata(&model->file, "config");
	int result = 0;
	ralm_config_init(config);
	if (text != NULL)
		result = ralm_config_parse(config, ignored, text, strlen(text),
					   "", err);
	ralm_config_keep_recorded(config);
	for (size_t i = 0; i < sizeof keys / sizeof *keys && result == 0; i++) {
		text = ralm_safetensors_metadata(&model->file, keys[i]);
		if (text != NULL)
			result = ralm_config_set(config, keys[i], text, err);
	}
	if (result == 0) {
		model->network = ralm_network_kind(config->network, err);
		result = model->network != NULL ? 0 : -1;
	}
	if (result != 0 && err != NULL) {
		struct ralm_error inner = *err;
		FAIL(err, "__metadata__: %.400s", inner.message);
	}
	return result;
}

static bool has(const struct ralm_model *model, const char *key)
{
	return ralm_safetensors_metadata(&model->file, key) != NULL;
}

/* A file of format_version 2 has digests: if one is missing, the file was changed. */
static int check_version(const struct ralm_model *model, struct ralm_error *err)
{
	const char *format = ralm_safetensors_metadata(&model->file, "format");
	const char *version =
		ralm_safetensors_metadata(&model->file, "format_version");
	if (format == NULL || strcmp(format, RALM_MODEL_FORMAT) != 0)
		return FAIL(err, "not a ralm model: __metadata__ does not have "
				 "\"format\":\"ralm\"");
	if (version != NULL && strcmp(version, RALM_MODEL_FORMAT_PLAIN) == 0)
		return 0;
	if (version == NULL || strcmp(version, RALM_MODEL_FORMAT_VERSION) != 0)
		return FAIL(err, "format_version '%s' is not known, only 1 "
				 "and 2", version ? version : "");
	if (model->file.sealed && has(model, "digest"))
		return 0;
	return FAIL(err, "damaged: %s is missing, which format_version 2 has",
		    model->file.sealed ? "digest" : "header_digest");
}

static int get_metadata(struct ralm_model *model, struct ralm_error *err)
{
	if (check_version(model, err) != 0)
		return -1;
	if (!has(model, "network"))
		return FAIL(err, "__metadata__ does not name the network");
	if (get_settings(model, err) != 0 ||
	    get_number(&model->steps, model, "steps", err) != 0)
		return -1;
	model->note = ralm_safetensors_metadata(&model->file, "note");
	return get_number(&model->hash_seed, model, "hash_seed", err);
}

static int get_users(struct ralm_model *model, struct ralm_error *err)
{
	const struct ralm_tensor *keys, *index, *embedding;
	if ((keys = ralm_model_tensor(model, "user_keys", RALM_U64, 1, err)) ==
		    NULL ||
	    (index = ralm_model_tensor(model, "user_index", RALM_U32, 1,
				       err)) == NULL ||
	    (embedding = ralm_model_tensor(model, "user_embedding",
					   RALM_REAL_DTYPE, 2, err)) == NULL)
		return -1;
	if (embedding->shape[0] != keys->count)
		return FAIL(err,
			    "user_embedding: %" PRIu64
			    " rows for the %zu users of user_keys",
			    embedding->shape[0], keys->count);
	if (embedding->shape[1] == 0 || embedding->shape[1] > DIM_MAX)
		return FAIL(err,
			    "user_embedding: rows of %" PRIu64
			    " numbers, expected 1 to %d",
			    embedding->shape[1], DIM_MAX);
	if (ralm_users_borrow(&model->users, keys->data, keys->count,
			      index->data, index->count, err) != 0)
		return -1;
	model->config.user_emb_size = embedding->shape[1];
	return ralm_table_borrow(&model->table, embedding->data, keys->count,
				 (size_t)embedding->shape[1], err);
}

/* The texts of ids, which a file need not have. */
static int get_ids(struct ralm_model *model, struct ralm_error *err)
{
	const struct ralm_tensor *text, *ends;
	if (ralm_safetensors_find(&model->file, "user_ids") == NULL &&
	    ralm_safetensors_find(&model->file, "user_id_ends") == NULL)
		return 0;
	if ((text = ralm_model_tensor(model, "user_ids", RALM_U8, 1, err)) ==
		    NULL ||
	    (ends = ralm_model_tensor(model, "user_id_ends", RALM_U64, 1,
				      err)) == NULL)
		return -1;
	if (ends->count != model->users.count)
		return FAIL(err,
			    "user_id_ends: %zu of them for the %zu users of "
			    "user_keys",
			    ends->count, model->users.count);
	return ralm_user_ids_borrow(&model->ids, text->data, text->count,
				    ends->data, ends->count, err);
}

/* Checks that all numbers of a tensor are finite. */
static int check_finite(const char *name, const ralm_real *x, size_t count,
			struct ralm_error *err)
{
	if (ralm_kernels()->update->finite(x, count))
		return 0;
	for (size_t i = 0; i < count; i++)
		if (!isfinite(x[i]))
			return FAIL(err, "%s: element %zu is not a finite number",
				    name, i);
	return 0;
}

/* The tensor of a parameter, which has its shape. */
static const struct ralm_tensor *find_parameter(const struct ralm_model *model,
						const struct ralm_parameter *p,
						struct ralm_error *err)
{
	const char *name = p->spec->name;
	const unsigned rank = p->spec->rank;
	const struct ralm_tensor *t =
		ralm_model_tensor(model, name, RALM_REAL_DTYPE, rank, err);
	if (t == NULL || (t->shape[0] == p->rows &&
			  (rank == 1 || t->shape[1] == p->columns)))
		return t;
	FAIL(err, "%s: expected %zu by %zu numbers, got %" PRIu64 " by %" PRIu64,
	     name, p->rows, p->columns, t->shape[0],
	     rank == 2 ? t->shape[1] : 1);
	return NULL;
}

/* H is the number of columns of the first parameter with H columns. */
static int get_transformed_size(struct ralm_model *model,
				struct ralm_error *err)
{
	const struct ralm_parameter_specs *specs = &model->network->specs;
	size_t i = 0;
	while (i < specs->count && specs->spec[i].columns != RALM_H)
		i++;
	if (i == specs->count)
		return 0;
	const char *name = specs->spec[i].name;
	const struct ralm_tensor *t =
		ralm_model_tensor(model, name, RALM_REAL_DTYPE, 2, err);
	if (t == NULL)
		return -1;
	if (t->shape[1] == 0 || t->shape[1] > DIM_MAX)
		return FAIL(err,
			    "%s: rows of %" PRIu64 " numbers, expected 1 to %d",
			    name, t->shape[1], DIM_MAX);
	model->config.transformed_size = t->shape[1];
	return 0;
}

/* No memory is taken before every parameter is known to be in the file: D and H alone
 * may be large in a small file, of no users or of a tensor without rows. */
static int get_parameters(struct ralm_model *model, struct ralm_error *err)
{
	const struct ralm_parameter_specs *specs = &model->network->specs;
	const struct ralm_tensor *tensor[RALM_PARAMETERS_MAX];
	struct ralm_parameters *parameters = &model->parameters, sizes;
	if (get_transformed_size(model, err) != 0)
		return -1;
	ralm_network_settle(&model->config, model->network);
	ralm_parameters_size_up(&sizes, specs, model->table.dim,
				(size_t)model->config.transformed_size);
	for (size_t i = 0; i < sizes.count; i++)
		if ((tensor[i] = find_parameter(model, &sizes.p[i], err)) == NULL)
			return -1;
	if (ralm_parameters_init(parameters, specs, sizes.D, sizes.H, err) != 0)
		return -1;
	for (size_t i = 0; i < parameters->count; i++) {
		const struct ralm_parameter *p = &parameters->p[i];
		memcpy(p->at, tensor[i]->data, tensor[i]->size);
		if (check_finite(p->spec->name, p->at, tensor[i]->count, err) != 0)
			return -1;
	}
	return 0;
}

static bool is_own(const struct ralm_model *model, const char *name)
{
	static const char *const users[] = {"user_keys", "user_index",
					    "user_embedding", "user_ids",
					    "user_id_ends"};
	for (size_t i = 0; i < sizeof users / sizeof *users; i++)
		if (strcmp(name, users[i]) == 0)
			return true;
	for (size_t i = 0; ralm_values_tensors[i] != NULL; i++)
		if (strcmp(name, ralm_values_tensors[i]) == 0)
			return true;
	for (size_t p = 0; p < model->parameters.count; p++)
		if (strcmp(name, model->parameters.p[p].spec->name) == 0)
			return true;
	return false;
}

/* A tensor with a point in its name is a checkpoint's, others must be the model's. */
static int check_names(const struct ralm_model *model, struct ralm_error *err)
{
	for (size_t i = 0; i < model->file.tensor_count; i++) {
		const char *name = model->file.tensors[i].name;
		if (strchr(name, '.') == NULL && !is_own(model, name))
			return FAIL(err, "%s: unknown tensor", name);
	}
	return 0;
}

static int verify(const struct ralm_model *model, int flags,
		  struct ralm_error *err)
{
	const char *expected =
		ralm_safetensors_metadata(&model->file, "digest");
	char digest[RALM_DIGEST_SIZE];
	if (expected == NULL && (flags & RALM_MODEL_VERIFY) &&
	    (has(model, "optimizer.step") || has(model, "position")))
		return FAIL(err, "damaged: a checkpoint without a digest");
	if (expected != NULL) {
		ralm_safetensors_digest_read(digest, &model->file);
		if (strcmp(digest, expected) != 0)
			return FAIL(err, "damaged: the digest of the tensors "
					 "is %s, not %.32s",
				    digest, expected);
	}
	if (ralm_users_check(&model->users, err) != 0 ||
	    ralm_user_ids_check(&model->ids, model->users.keys,
				model->users.count, model->hash_seed,
				err) != 0 ||
	    ralm_values_check(&model->values, model->hash_seed, err) != 0)
		return -1;
	return check_finite(
		"user_embedding",
		model->users.count ? ralm_table_row(&model->table, 0) : NULL,
		model->users.count * model->table.dim, err);
}

static int read_model(struct ralm_model *model, const void *bytes, size_t size,
		      bool whole, int flags, const char *name,
		      struct ralm_error *err)
{
	if (ralm_safetensors_parse(&model->file, bytes, size, name, err) == 0 &&
	    get_metadata(model, err) == 0 && get_users(model, err) == 0 &&
	    get_ids(model, err) == 0 &&
	    ralm_values_borrow(&model->values, model, err) == 0 &&
	    get_parameters(model, err) == 0 && check_names(model, err) == 0 &&
	    (!whole || verify(model, flags, err) == 0))
		return 0;
	ralm_model_release(model);
	return ralm_error_at(err, name, 0, 0);
}

int ralm_model_parse(struct ralm_model *model, const void *bytes, size_t size,
		     const char *name, struct ralm_error *err)
{
	memset(model, 0, sizeof *model);
	return read_model(model, bytes, size, true, 0, name, err);
}

int ralm_model_open(struct ralm_model *model, const char *path, int flags,
		    struct ralm_error *err)
{
	memset(model, 0, sizeof *model);
	if (ralm_safetensors_map(&model->mapping, &model->mapping_size, path,
				 err) != 0)
		return -1;
	bool whole = (flags & RALM_MODEL_VERIFY) ||
		     model->mapping_size <= RALM_MODEL_SMALL;
	return read_model(model, model->mapping, model->mapping_size, whole,
			  flags, path, err);
}
