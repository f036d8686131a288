#include "scoring/explain.h"

#include "formats/user_id.h"
#include "ground/memory.h"
#include "scoring/scorer.h"
#include "scoring/scoring_worker.h"

#include <math.h>
#include <stdlib.h>

enum { TOGETHER = RALM_USERS_TOGETHER };

struct ralm_explainer {
	const struct ralm_scorer *scorer;
	size_t most;
	struct ralm_seed_share *top; /* (most) */
	/* The known seeds of the list. */
	size_t n;
	uint64_t *key;	   /* (n) */
	const float **row; /* (n') after the n-th: zeros */
	size_t key_room, row_room;
	struct ralm_room rows;	/* (n, sizes.seed), in steps of TOGETHER */
	struct ralm_room share; /* (n') */
	float *vectors;	   /* (TOGETHER,D) of newcomers among the seeds at hand */
	float *target;	   /* (TOGETHER, sizes.target) */
	float *zeros, *scratch; /* (scorer->row) */
	char digits[RALM_USER_ID_DIGITS]; /* of an id */
};

struct ralm_explainer *ralm_explainer_new(const struct ralm_scorer *scorer,
					  size_t most, struct ralm_error *err)
{
	struct ralm_explainer *e = calloc(1, sizeof *e);
	if (e == NULL) {
		ralm_error_memory(err, sizeof *e);
		return NULL;
	}
	e->scorer = scorer;
	e->most = most;
	if (RALM_NEW(e->top, most, err) == 0 &&
	    RALM_NEW_ROWS(e->vectors, TOGETHER, scorer->network.D, err) == 0 &&
	    RALM_NEW_ROWS(e->target, TOGETHER, scorer->row, err) == 0 &&
	    RALM_NEW(e->zeros, scorer->row, err) == 0 &&
	    RALM_NEW(e->scratch, scorer->row, err) == 0)
		return e;
	ralm_explainer_free(e);
	return NULL;
}

void ralm_explainer_free(struct ralm_explainer *e)
{
	if (e == NULL)
		return;
	free(e->top);
	free(e->key);
	free(e->row);
	free(e->rows.at);
	free(e->share.at);
	free(e->vectors);
	free(e->target);
	free(e->zeros);
	free(e->scratch);
	free(e);
}

/* The vector of a user, where the model has it or in `own` (D); NULL: unknown. */
static const float *vector_of(const struct ralm_explainer *e, uint64_t key,
			      float *own)
{
	const struct ralm_model *model = e->scorer->model;
	const struct ralm_newcomers *newcomers = e->scorer->newcomers;
	const uint32_t row = ralm_users_find(&model->users, key);
	if (ralm_newcomers_provide(newcomers, key, row != RALM_ROW_NONE))
		return ralm_newcomers_vector(own, newcomers, key) ? own : NULL;
	return row != RALM_ROW_NONE ? ralm_table_row(&model->table, row) : NULL;
}

/* Makes the rows of the last `count` known seeds from their vectors x (TOGETHER, of
 * which the rest is filled up here). */
static void make_rows(struct ralm_explainer *e, const float **x, size_t count)
{
	const size_t stride = e->scorer->network.sizes.seed;
	float *row[TOGETHER];
	for (size_t i = 0; i < TOGETHER; i++) {
		row[i] = (float *)e->rows.at + (e->n - count + i) * stride;
		x[i] = i < count ? x[i] : x[0];
	}
	e->scorer->scoring->seed_rows(row, x, TOGETHER, &e->scorer->network);
}

int ralm_explainer_list(struct ralm_explainer *e, const uint64_t *keys,
			size_t count, struct ralm_error *err)
{
	const struct ralm_scoring_sizes *sizes = &e->scorer->network.sizes;
	const size_t D = e->scorer->network.D, room = ralm_list_room(count);
	const float *x[TOGETHER];
	size_t waiting = 0;
	e->n = 0;
	if (count == 0)
		return 0;
	if (ralm_room_make(&e->rows, room + TOGETHER,
			   sizes->seed * sizeof(float), err) != 0 ||
	    ralm_room_make(&e->share, room, sizeof(float), err) != 0 ||
	    RALM_RESERVE(e->key, e->key_room, count, err) != 0 ||
	    RALM_RESERVE(e->row, e->row_room, room, err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		x[waiting] = vector_of(e, keys[i], e->vectors + waiting * D);
		if (x[waiting] == NULL)
			continue;
		e->key[e->n++] = keys[i];
		if (++waiting == TOGETHER) {
			make_rows(e, x, waiting);
			waiting = 0;
		}
	}
	if (waiting > 0)
		make_rows(e, x, waiting);
	for (size_t i = 0; i < room; i++)
		e->row[i] = i < e->n ? (float *)e->rows.at + i * sizes->seed : e->zeros;
	return 0;
}

/* The greatest shares, by insertion: `most` is small. */
static size_t find_top(struct ralm_explainer *e)
{
	const float *share = e->share.at;
	size_t found = 0;
	for (size_t i = 0; i < e->n; i++) {
		if (found == e->most && !(share[i] > e->top[found - 1].share))
			continue;
		size_t at = found < e->most ? found++ : found - 1;
		for (; at > 0 && share[i] > e->top[at - 1].share; at--)
			e->top[at] = e->top[at - 1];
		e->top[at] = (struct ralm_seed_share){e->key[i], share[i]};
	}
	return found;
}

int ralm_explainer_sample(const struct ralm_seed_share **top, size_t *count,
			  struct ralm_explainer *e, uint64_t target_key,
			  struct ralm_error *err)
{
	const struct ralm_prepared *network = &e->scorer->network;
	const struct ralm_network_scoring *scoring = e->scorer->scoring;
	const float *x[TOGETHER];
	float *row[TOGETHER];
	*top = e->top;
	*count = 0;
	x[0] = e->n > 0 ? vector_of(e, target_key, e->vectors) : NULL;
	if (x[0] == NULL)
		return 0;
	for (size_t i = 0; i < TOGETHER; i++) {
		x[i] = x[0];
		row[i] = e->target + i * e->scorer->row;
	}
	scoring->target_rows(row, x, TOGETHER, network);
	scoring->shares(e->share.at, e->row, e->n, row[0], e->scratch, network);
	for (size_t i = 0; i < e->n; i++)
		if (!isfinite(((float *)e->share.at)[i]))
			return ralm_scorer_not_finite(err);
	*count = find_top(e);
	return 0;
}

int ralm_explainer_name(const char **id, size_t *length,
			struct ralm_explainer *e, uint64_t key,
			struct ralm_error *err)
{
	const struct ralm_model *model = e->scorer->model;
	const uint32_t row = ralm_users_find(&model->users, key);
	int got;
	if (row != RALM_ROW_NONE || !ralm_key_is_hashed(key))
		got = ralm_user_ids_get(id, length, e->digits, &model->ids, row,
					key, model->hash_seed, err);
	else
		got = ralm_newcomers_id(id, length, e->digits,
					e->scorer->newcomers, key, err);
	return got == 1 ? 0 : -1;
}
