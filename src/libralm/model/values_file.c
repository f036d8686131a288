#include "model/values_file.h"

#include <inttypes.h>

#define FAIL(err, ...) ralm_error_set(err, RALM_ERROR_DATA, __VA_ARGS__)

const char *const ralm_values_tensors[] = {
	"value_keys",  "value_means", "value_vectors",
	"value_start", "value_texts", "value_text_ends", NULL,
};

static bool has_any(const struct ralm_model *model)
{
	for (size_t i = 0; ralm_values_tensors[i] != NULL; i++)
		if (ralm_safetensors_find(&model->file,
					  ralm_values_tensors[i]) != NULL)
			return true;
	return false;
}

/* *means: NULL in a file of an earlier version. */
static int get_means(const struct ralm_tensor **means,
		     const struct ralm_model *model,
		     const struct ralm_tensor *vectors, struct ralm_error *err)
{
	*means = NULL;
	if (ralm_safetensors_find(&model->file, "value_means") == NULL)
		return 0;
	*means = ralm_model_tensor(model, "value_means", RALM_REAL_DTYPE, 2, err);
	if (*means == NULL)
		return -1;
	if ((*means)->shape[0] != vectors->shape[0] ||
	    (*means)->shape[1] != vectors->shape[1])
		return FAIL(err,
			    "value_means: expected the shape of value_vectors, "
			    "got %" PRIu64 " by %" PRIu64,
			    (*means)->shape[0], (*means)->shape[1]);
	return 0;
}

static int check_shapes(const struct ralm_tensor *keys,
			const struct ralm_tensor *vectors,
			const struct ralm_tensor *start,
			const struct ralm_tensor *texts,
			const struct ralm_tensor *ends, size_t D,
			struct ralm_error *err)
{
	if (keys->count == 0 || keys->count >= UINT32_MAX)
		return FAIL(err, "value_keys: %zu values", keys->count);
	if (vectors->shape[0] != keys->count || vectors->shape[1] != D)
		return FAIL(err,
			    "value_vectors: expected %zu by %zu numbers, got "
			    "%" PRIu64 " by %" PRIu64,
			    keys->count, D, vectors->shape[0],
			    vectors->shape[1]);
	if (start->count != D)
		return FAIL(err, "value_start: expected %zu numbers, got %zu", D,
			    start->count);
	if (ends->count != keys->count)
		return FAIL(err,
			    "value_text_ends: %zu of them for the %zu values of "
			    "value_keys",
			    ends->count, keys->count);
	const uint64_t last = ((const uint64_t *)ends->data)[ends->count - 1];
	if (last != texts->count)
		return FAIL(err,
			    "value_text_ends: the last one is %" PRIu64
			    ", value_texts has %zu bytes",
			    last, texts->count);
	return 0;
}

int ralm_values_borrow(struct ralm_values *values,
		       const struct ralm_model *model, struct ralm_error *err)
{
	const struct ralm_tensor *keys, *means, *vectors, *start, *texts, *ends;
	const size_t D = model->table.dim;
	if (!has_any(model))
		return 0;
	if ((keys = ralm_model_tensor(model, "value_keys", RALM_U64, 1, err)) ==
		    NULL ||
	    (vectors = ralm_model_tensor(model, "value_vectors",
					 RALM_REAL_DTYPE, 2, err)) == NULL ||
	    (start = ralm_model_tensor(model, "value_start", RALM_REAL_DTYPE, 1,
				       err)) == NULL ||
	    (texts = ralm_model_tensor(model, "value_texts", RALM_U8, 1,
				       err)) == NULL ||
	    (ends = ralm_model_tensor(model, "value_text_ends", RALM_U64, 1,
				      err)) == NULL ||
	    check_shapes(keys, vectors, start, texts, ends, D, err) != 0 ||
	    get_means(&means, model, vectors, err) != 0)
		return -1;
	*values = (struct ralm_values){
		.count = keys->count,
		.D = D,
		.keys = (uint64_t *)keys->data,
		.means = means != NULL ? (ralm_real *)means->data : NULL,
		.vectors = (ralm_real *)vectors->data,
		.start = (ralm_real *)start->data,
		.texts = (char *)texts->data,
		.ends = (uint64_t *)ends->data,
		.text_size = texts->count,
		.borrowed = true,
	};
	return 0;
}
