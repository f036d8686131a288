#include "scoring/scorer.h"

#include "formats/user_id.h"
#include "ground/memory.h"
#include "model/model_file.h"
#include "networks/paddlerec/paddlerec.h"
#include "scoring/scorer_parts.h"

#include <stdlib.h>

/* A copy of M (rows,H) whose rows are width long. */
static float *padded(const float *M, size_t rows, size_t rows_padded, size_t H,
		     size_t width, bool transposed, struct ralm_error *err)
{
	float *copy = ralm_aligned_new(rows_padded * width, sizeof *copy, err);
	for (size_t r = 0; copy != NULL && r < rows; r++)
		for (size_t h = 0; h < H; h++)
			copy[r * width + h] = transposed ? M[h * H + r]
							 : M[r * H + h];
	return copy;
}

static int copy_weights(struct ralm_scorer *scorer, struct ralm_error *err)
{
	const struct ralm_parameters *p = &scorer->model->parameters;
	const size_t D = scorer->D, H = p->H, width = scorer->width;
	const struct {
		enum ralm_paddlerec_parameter parameter;
		size_t rows, rows_padded;
	} from[RALM_WEIGHTS] = {
		[RALM_WEIGHT_SEEDS] = {RALM_SEEDS_TRANSFORM, D, D},
		[RALM_WEIGHT_GLOBAL] = {RALM_GLOBAL_ATTENTION, H, width},
		[RALM_WEIGHT_TARGET] = {RALM_TARGET_TRANSFORM, D, D},
		[RALM_WEIGHT_LOCAL] = {RALM_LOCAL_ATTENTION, H, width},
	};
	for (int w = 0; w < RALM_WEIGHTS; w++) {
		scorer->weights[w] = padded(p->p[from[w].parameter].at,
					    from[w].rows, from[w].rows_padded,
					    H, width, w == RALM_WEIGHT_LOCAL, err);
		if (scorer->weights[w] == NULL)
			return -1;
	}
	return 0;
}

struct ralm_scorer *ralm_scorer_new(const struct ralm_model *model,
				    uint64_t cache, struct ralm_error *err)
{
	struct ralm_scorer *scorer = calloc(1, sizeof *scorer);
	if (scorer == NULL) {
		ralm_error_memory(err, sizeof *scorer);
		return NULL;
	}
	scorer->model = model;
	scorer->kernels = ralm_scoring();
	scorer->D = model->parameters.D;
	scorer->width = ralm_scoring_width(model->parameters.H);
	scorer->scale = *model->parameters.scale;
	scorer->bias = *model->parameters.bias;
	/* Lists are the smaller part: each saves the work of one list, where a
	 * user saves work in every list. */
	const uint64_t for_lists = cache / 8;
	scorer->lists = ralm_score_lists_new(for_lists, err);
	if (scorer->lists != NULL && copy_weights(scorer, err) == 0 &&
	    ralm_score_rows_init(&scorer->rows, model->users.count,
				 2 * scorer->width, cache - for_lists,
				 err) == 0)
		return scorer;
	ralm_scorer_free(scorer);
	return NULL;
}

struct ralm_scorer *ralm_scorer_open(const char *path, uint64_t cache,
				     int flags, struct ralm_error *err)
{
	struct ralm_model *model = calloc(1, sizeof *model);
	if (model == NULL) {
		ralm_error_memory(err, sizeof *model);
		return NULL;
	}
	struct ralm_scorer *scorer = NULL;
	if (ralm_model_open(model, path, flags, err) == 0) {
		scorer = ralm_scorer_new(model, cache, err);
		if (scorer == NULL)
			ralm_model_release(model);
	}
	if (scorer == NULL)
		free(model);
	else
		scorer->owned = model;
	return scorer;
}

void ralm_scorer_free(struct ralm_scorer *scorer)
{
	if (scorer == NULL)
		return;
	ralm_score_rows_release(&scorer->rows);
	ralm_score_lists_free(scorer->lists);
	for (int w = 0; w < RALM_WEIGHTS; w++)
		free(scorer->weights[w]);
	if (scorer->owned != NULL)
		ralm_model_release(scorer->owned);
	free(scorer->owned);
	free(scorer);
}

const struct ralm_model *ralm_scorer_model(const struct ralm_scorer *scorer)
{
	return scorer->model;
}

uint64_t ralm_scorer_key(const struct ralm_scorer *scorer, const char *id,
			 size_t length)
{
	return ralm_user_key(id, length, scorer->model->hash_seed);
}
