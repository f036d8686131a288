#include "jobs/fit/validate.h"

#include "formats/lines.h"
#include "formats/sample_text.h"
#include "ground/memory.h"
#include "networks/plan.h"
#include "metrics/auc.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { BATCH = 1024 };

struct validation {
	const struct ralm_model *model;
	struct ralm_network *network;
	struct ralm_batch batch;
	struct ralm_plan plan;
	bool list_open; /* the batch's last list is that of the last line */
	uint32_t *rows; /* known seeds of the last line */
	size_t row_count, row_room;
	ralm_real *X;
	size_t X_room;
	ralm_real cosine[BATCH];
	float *score; /* of every sample; those of the batch wait for it */
	uint8_t *label;
	size_t count, score_room, label_room;
	size_t waiting[BATCH]; /* where the batch's scores belong */
};

static float score_of(const struct validation *v, double cosine)
{
	return (float)ralm_network_score(&v->model->parameters, cosine);
}

static int run_batch(struct validation *v, struct ralm_error *err)
{
	const struct ralm_table *table = &v->model->table;
	struct ralm_batch *batch = &v->batch;
	const struct ralm_plan *plan = &v->plan;
	if (batch->B == 0)
		return 0;
	if (ralm_batch_finish(batch, err) != 0 ||
	    ralm_plan_make(&v->plan, batch, err) != 0 ||
	    ralm_array_reserve(&v->X, &v->X_room, plan->U * table->dim,
			       sizeof *v->X, err) != 0)
		return -1;
	ralm_table_gather(v->X, table, plan->row, plan->U, 0, plan->U);
	if (ralm_network_forward(v->cosine, v->network, &v->model->parameters,
				 v->X, plan, err) != 0)
		return -1;
	for (size_t s = 0; s < batch->B; s++)
		v->score[v->waiting[s]] = score_of(v, (double)v->cosine[s]);
	ralm_batch_clear(batch);
	v->list_open = false;
	return 0;
}

static int find_seeds(struct validation *v,
		      const struct ralm_sample_line *line,
		      struct ralm_error *err)
{
	const size_t count = ralm_seeds_used(line->seed_count,
					     v->model->config.seeds_num);
	if (ralm_array_reserve(&v->rows, &v->row_room, count, sizeof *v->rows,
			       err) != 0)
		return -1;
	v->row_count = 0;
	v->list_open = false;
	for (size_t i = 0; i < count; i++) {
		uint32_t row = ralm_users_find(&v->model->users,
					       line->seed_keys[i]);
		if (row != RALM_ROW_NONE)
			v->rows[v->row_count++] = row;
	}
	return 0;
}

static int add_line(struct validation *v, const struct ralm_sample_line *line,
		    struct ralm_error *err)
{
	if (!line->same_seeds && find_seeds(v, line, err) != 0)
		return -1;
	if (ralm_array_reserve(&v->score, &v->score_room, v->count + 1,
			       sizeof *v->score, err) != 0 ||
	    ralm_array_reserve(&v->label, &v->label_room, v->count + 1,
			       sizeof *v->label, err) != 0)
		return -1;
	size_t place = v->count++;
	uint32_t target = ralm_users_find(&v->model->users, line->target_key);
	v->label[place] = line->label != 0;
	v->score[place] = score_of(v, 0);
	if (target == RALM_ROW_NONE || v->row_count == 0)
		return 0;
	if (!v->list_open &&
	    ralm_batch_add_list(&v->batch, v->rows, v->row_count, err) != 0)
		return -1;
	v->list_open = true;
	v->waiting[v->batch.B] = place;
	if (ralm_batch_add_sample(&v->batch, target, line->label, err) != 0)
		return -1;
	return v->batch.B == BATCH ? run_batch(v, err) : 0;
}

/* Returns 1 when it was stopped. */
static int read_all(struct validation *v, const char *path,
		    const volatile sig_atomic_t *stop, struct ralm_error *err)
{
	struct ralm_reader reader;
	struct ralm_sample_parser parser;
	struct ralm_sample_line line;
	char *text;
	size_t length;
	int got;
	bool stopped = false;
	if (ralm_reader_open(&reader, &path, 1, err) != 0)
		return -1;
	ralm_sample_parser_init(&parser, v->model->hash_seed);
	parser.require_label = true;
	while (!stopped &&
	       (got = ralm_reader_next(&reader, &text, &length, err)) == 1) {
		got = ralm_sample_parse(&line, &parser, text, length, err);
		if (got < 0)
			ralm_error_at(err, reader.name, reader.line, 0);
		else if (got == 1)
			got = add_line(v, &line, err);
		if (got < 0)
			break;
		stopped = stop != NULL && *stop != 0;
	}
	ralm_sample_parser_release(&parser);
	ralm_reader_release(&reader);
	return got < 0 ? -1 : stopped ? 1 : run_batch(v, err);
}

int ralm_validate(double *auc, const struct ralm_model *model,
		  struct ralm_network *network, const char *path,
		  const volatile sig_atomic_t *stop, struct ralm_error *err)
{
	struct validation *v = calloc(1, sizeof *v);
	int result = -1;
	if (v == NULL)
		return ralm_error_memory(err, sizeof *v);
	v->model = model;
	v->network = network;
	if (ralm_batch_init(&v->batch, err) == 0 &&
	    ralm_plan_init(&v->plan, err) == 0)
		result = read_all(v, path, stop, err);
	if (result == 0)
		result = v->count == 0
				 ? ralm_input_empty(&path, 1, err, "no samples")
				 : ralm_auc(auc, v->score, v->label, v->count,
					    err);
	ralm_batch_release(&v->batch);
	ralm_plan_release(&v->plan);
	free(v->rows);
	free(v->X);
	free(v->score);
	free(v->label);
	free(v);
	return result;
}

int ralm_validate_check(uint64_t *digest, const char *path,
			struct ralm_error *err)
{
	struct ralm_reader reader;
	struct ralm_sample_parser parser;
	struct ralm_sample_line sample;
	char *line;
	size_t length, samples = 0;
	uint64_t hash = 0;
	int got;
	if (ralm_reader_open(&reader, &path, 1, err) != 0)
		return -1;
	ralm_sample_parser_init(&parser, 0);
	parser.require_label = true;
	while ((got = ralm_reader_next(&reader, &line, &length, err)) == 1) {
		hash = XXH3_64bits_withSeed(line, length, hash);
		got = ralm_sample_parse(&sample, &parser, line, length, err);
		if (got < 0) {
			ralm_error_at(err, reader.name, reader.line, 0);
			break;
		}
		samples += (size_t)got;
	}
	ralm_sample_parser_release(&parser);
	ralm_reader_release(&reader);
	if (got < 0)
		return -1;
	if (samples == 0)
		return ralm_input_empty(&path, 1, err, "no samples");
	*digest = hash != 0 ? hash : 1;
	return 0;
}
