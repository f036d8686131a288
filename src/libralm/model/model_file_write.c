#include "model/model_file.h"

#include "ground/atomic_file.h"
#include "ground/c_locale.h"
#include "ground/memory.h"
#include "ground/numbers.h"
#include "model/values_file.h"
#include "rows/rows_local.h"

#include <stdlib.h>
#include <string.h>

/* The most that a model has of its own: tensors of users and ids, values, parameters;
 * strings that every file has, the note and the digest, those of values. */
enum {
	OWN_TENSORS = 5 + RALM_VALUES_TENSORS + RALM_PARAMETERS_MAX,
	OWN_METADATA = 10 + 2 + RALM_VALUES_METADATA,
};

/* The content of a file, the model's own tensors and metadata and then the additional
 * ones, and the memory of what is made for the file alone. */
struct draft {
	struct ralm_tensor_source *tensors;
	size_t tensor_count;
	struct ralm_metadata *metadata;
	size_t metadata_count;
	const void *whole[OWN_TENSORS]; /* data of tensors in one piece */
	struct ralm_rows_local table;   /* the vectors, if model->rows is NULL */
	struct ralm_rows_part vectors;
	uint32_t *index;                /* NULL: the users' own is written */
	uint64_t *id_ends;
	char digest[RALM_DIGEST_SIZE];
	char value_users[21], value_penalty[RALM_DOUBLE_TEXT];
	char value_explained[RALM_DOUBLE_TEXT];
	char seeds_num[21], steps[21], rng_seed[21], hash_seed[21];
	char loss[RALM_VALUE_TEXT_MAX], score_scale[RALM_VALUE_TEXT_MAX];
	char config[RALM_CONFIG_TEXT_MAX];
};

static void draft_free(struct draft *draft)
{
	if (draft == NULL)
		return;
	free(draft->tensors);
	free(draft->metadata);
	free(draft->index);
	free(draft->id_ends);
	free(draft);
}

/* Appends a tensor in one piece; rank 1 when columns is 0. */
static void add_whole(struct draft *draft, const char *name,
		      enum ralm_dtype dtype, size_t rows, size_t columns,
		      const void *data)
{
	size_t i = draft->tensor_count++;
	draft->whole[i] = data;
	draft->tensors[i] = ralm_tensor_in_one_piece(name, dtype, rows, columns,
						     &draft->whole[i]);
}

static const void *rows_piece(const void *from, size_t i)
{
	const struct ralm_rows_part *part = from;
	return ralm_rows_read(part->rows, part->part, i);
}

void ralm_rows_source(struct ralm_tensor_source *source,
		      struct ralm_rows_part *from, struct ralm_rows *rows,
		      unsigned part, size_t count, const char *name)
{
	*from = (struct ralm_rows_part){rows, part};
	*source = (struct ralm_tensor_source){
		.name = name,
		.dtype = RALM_REAL_DTYPE,
		.rank = 2,
		.shape = {count, rows->dim[part]},
		.piece = rows_piece,
		.from = from,
		.piece_size = RALM_ROWS_PIECE * rows->dim[part] *
			      sizeof(ralm_real),
	};
}

/* Keys and index. The index is made anew if only some users are written, or if it lies in
 * a mapped file, whose maker may have built it differently. */
static int add_users(struct draft *draft, const struct ralm_users *users,
		     size_t rows, struct ralm_error *err)
{
	struct ralm_index index = users->index;
	if (rows != users->count || users->borrowed) {
		index.size = ralm_index_size(rows);
		index.slots = draft->index = ralm_aligned_new(
			index.size, sizeof *draft->index, err);
		if (draft->index == NULL)
			return -1;
		ralm_index_fill(&index, users->keys, rows);
	}
	add_whole(draft, "user_keys", RALM_U64, rows, 0, users->keys);
	add_whole(draft, "user_index", RALM_U32, index.size, 0, index.slots);
	return 0;
}

/* The texts of the ids of the first `rows` rows, if any of them has a text. */
static int add_ids(struct draft *draft, const struct ralm_user_ids *ids,
		   size_t rows, struct ralm_error *err)
{
	if (ids->size == 0)
		return 0;
	draft->id_ends = ralm_user_ids_ends(ids, rows, err);
	if (draft->id_ends == NULL)
		return -1;
	const size_t size = rows > 0 ? (size_t)draft->id_ends[rows - 1] : 0;
	if (size == 0)
		return 0;
	add_whole(draft, "user_ids", RALM_U8, size, 0, ids->text);
	add_whole(draft, "user_id_ends", RALM_U64, rows, 0, draft->id_ends);
	return 0;
}

static void add_values(struct draft *draft, const struct ralm_values *values)
{
	const size_t V = values->count;
	if (V == 0)
		return;
	add_whole(draft, "value_keys", RALM_U64, V, 0, values->keys);
	if (values->means != NULL)
		add_whole(draft, "value_means", RALM_REAL_DTYPE, V, values->D,
			  values->means);
	add_whole(draft, "value_vectors", RALM_REAL_DTYPE, V, values->D,
		  values->vectors);
	add_whole(draft, "value_start", RALM_REAL_DTYPE, values->D, 0,
		  values->start);
	add_whole(draft, "value_texts", RALM_U8, values->text_size, 0,
		  values->texts);
	add_whole(draft, "value_text_ends", RALM_U64, V, 0, values->ends);
}

static int add_tensors(struct draft *draft, const struct ralm_model *model,
		       size_t rows, struct ralm_error *err)
{
	struct ralm_rows *vectors = model->rows;
	if (vectors == NULL) {
		ralm_rows_of_table(&draft->table, &model->table);
		vectors = &draft->table.rows;
	}
	if (add_users(draft, &model->users, rows, err) != 0)
		return -1;
	ralm_rows_source(&draft->tensors[draft->tensor_count++],
			 &draft->vectors, vectors, RALM_ROW_VECTOR, rows,
			 "user_embedding");
	if (add_ids(draft, &model->ids, rows, err) != 0)
		return -1;
	for (size_t i = 0; i < model->parameters.count; i++) {
		const struct ralm_parameter *p = &model->parameters.p[i];
		add_whole(draft, p->spec->name, RALM_REAL_DTYPE, p->rows,
			  p->spec->rank == 2 ? p->columns : 0, p->at);
	}
	add_values(draft, &model->values);
	return 0;
}

static void add_text(struct draft *draft, const char *key, const char *value)
{
	draft->metadata[draft->metadata_count++] =
		(struct ralm_metadata){key, value};
}

static void add_number(struct draft *draft, const char *key, char *text,
		       uint64_t value)
{
	text[ralm_format_u64(text, value)] = '\0';
	add_text(draft, key, text);
}

static void add_choice(struct draft *draft, const char *key, char *text,
		       const char *choices, const int *index)
{
	const struct ralm_value_kind kind = {RALM_VALUE_CHOICE, 0, 0, choices};
	ralm_value_text(text, &kind, index);
	add_text(draft, key, text);
}

static void add_metadata(struct draft *draft, const struct ralm_model *model)
{
	const struct ralm_config *config = &model->config;
	add_text(draft, "format", RALM_MODEL_FORMAT);
	add_text(draft, "format_version", RALM_MODEL_FORMAT_VERSION);
	add_text(draft, "network", model->network->name);
	add_choice(draft, "loss", draft->loss, RALM_LOSS_CHOICES,
		   &config->loss);
	add_choice(draft, "score_scale", draft->score_scale,
		   RALM_SCORE_SCALE_CHOICES, &config->score_scale);
	add_number(draft, "seeds_num", draft->seeds_num, config->seeds_num);
	add_number(draft, "steps", draft->steps, model->steps);
	add_number(draft, "rng_seed", draft->rng_seed, config->rng_seed);
	add_number(draft, "hash_seed", draft->hash_seed, model->hash_seed);
	ralm_config_text(draft->config, config, true);
	add_text(draft, "config", draft->config);
}

static void add_values_metadata(struct draft *draft, const struct ralm_values *values)
{
	if (values->count == 0)
		return;
	add_number(draft, "value_users", draft->value_users, values->users);
	ralm_format_double(draft->value_penalty, values->penalty);
	add_text(draft, "value_penalty", draft->value_penalty);
	ralm_snprintf(draft->value_explained, sizeof draft->value_explained,
		      "%.4g", values->explained);
	add_text(draft, "value_explained", draft->value_explained);
	if (values->fields != NULL)
		add_text(draft, "value_fields", values->fields);
}

static struct draft *draft_new(const struct ralm_model *model, size_t rows,
			       const struct ralm_model_extra *extra,
			       struct ralm_error *err)
{
	static const struct ralm_model_extra none;
	const struct ralm_model_extra *x = extra ? extra : &none;
	struct draft *draft = ralm_aligned_new(1, sizeof *draft, err);
	if (draft == NULL)
		return NULL;
	draft->tensors = ralm_aligned_new(OWN_TENSORS + x->tensor_count,
					  sizeof *draft->tensors, err);
	draft->metadata = ralm_aligned_new(OWN_METADATA + x->metadata_count,
					   sizeof *draft->metadata, err);
	if (draft->tensors == NULL || draft->metadata == NULL ||
	    add_tensors(draft, model, rows, err) != 0) {
		draft_free(draft);
		return NULL;
	}
	add_metadata(draft, model);
	add_values_metadata(draft, &model->values);
	if (model->note != NULL)
		add_text(draft, "note", model->note);
	for (size_t i = 0; i < x->tensor_count; i++)
		draft->tensors[draft->tensor_count++] = x->tensors[i];
	for (size_t i = 0; i < x->metadata_count; i++)
		draft->metadata[draft->metadata_count++] = x->metadata[i];
	ralm_safetensors_digest(draft->digest, draft->tensors,
				draft->tensor_count);
	add_text(draft, "digest", draft->digest);
	return draft;
}

int ralm_model_write(int fd, const char *name, char digest[RALM_DIGEST_SIZE],
		     const struct ralm_model *model, size_t rows,
		     const struct ralm_model_extra *extra,
		     struct ralm_error *err)
{
	struct draft *draft = draft_new(model, rows, extra, err);
	if (draft == NULL)
		return -1;
	int result = ralm_safetensors_write(
		fd, name, draft->tensors, draft->tensor_count, draft->metadata,
		draft->metadata_count, err);
	if (result == 0 && model->rows != NULL)
		result = ralm_rows_sound(model->rows, err);
	if (result == 0 && digest != NULL)
		memcpy(digest, draft->digest, RALM_DIGEST_SIZE);
	draft_free(draft);
	return result;
}

int ralm_model_save(const char *path, char digest[RALM_DIGEST_SIZE],
		    const struct ralm_model *model, size_t rows,
		    const struct ralm_model_extra *extra, struct ralm_error *err)
{
	struct ralm_atomic_file file;
	if (ralm_atomic_open(&file, path, err) != 0)
		return -1;
	if (ralm_model_write(file.fd, path, digest, model, rows, extra, err) == 0)
		return ralm_atomic_commit(&file, err);
	ralm_atomic_abort(&file);
	return -1;
}
