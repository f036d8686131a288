#include "jobs/score/score_lines.h"

#include "ground/memory.h"
#include "ground/numbers.h"
#include "model/model.h"
#include "scoring/newcomers.h"
#include "scoring/scoring_worker.h"

#include <stdlib.h>
#include <string.h>

double ralm_score_of_bias(const struct ralm_scorer *scorer, bool raw)
{
	return raw ? 0 : (double)ralm_scorer_score(scorer, 0);
}

int ralm_score_lines_init(struct ralm_score_lines *lines,
			  struct ralm_scorer *scorer, bool named,
			  const struct ralm_score_options *options,
			  struct ralm_error *err)
{
	const struct ralm_model *model = scorer->model;
	memset(lines, 0, sizeof *lines);
	lines->options = options;
	lines->bias_score = ralm_score_of_bias(scorer, options->raw);
	ralm_sample_parser_init(&lines->parser, model->hash_seed);
	lines->parser.allow_no_seeds = named;
	lines->worker = ralm_scoring_worker_new(scorer, err);
	if (lines->worker == NULL)
		return -1;
	if (options->explain == 0)
		return 0;
	lines->explainer = ralm_explainer_new(scorer, (size_t)options->explain,
					      err);
	return lines->explainer != NULL ? 0 : -1;
}

void ralm_score_lines_release(struct ralm_score_lines *lines)
{
	ralm_scoring_worker_free(lines->worker);
	ralm_explainer_free(lines->explainer);
	ralm_sample_parser_release(&lines->parser);
	ralm_list_set_give_back(lines->set);
	free(lines->keys);
	free(lines->items);
	free(lines->out);
	memset(lines, 0, sizeof *lines);
}

void ralm_score_lines_start(struct ralm_score_lines *lines,
			    struct ralm_list_set *set)
{
	struct ralm_newcomers *newcomers =
		lines->worker->scorer->newcomers;
	ralm_scoring_worker_hold(lines->worker);
	const unsigned changes = newcomers != NULL ? newcomers->changes : 0;
	/* The worker has the rows of the list before as the users were then. So
	 * the next line with seeds is a new list for it, even with seeds:same. */
	const bool changed = changes != lines->changes;
	lines->users_changed |= changed;
	lines->changes = changes;
	if (lines->set != set || changed)
		lines->last_named = NULL;
	ralm_list_set_give_back(lines->set);
	lines->set = set;
	lines->out_length = 0;
	memset(&lines->counts, 0, sizeof lines->counts);
}

void ralm_score_lines_end(struct ralm_score_lines *lines)
{
	ralm_scoring_worker_let_go(lines->worker);
}

/* Counts a bad line, or ends with its error. */
static int bad_line(struct ralm_score_lines *lines, uint64_t number,
		    struct ralm_error *err)
{
	err->line = number;
	return ralm_bad_line(&lines->counts.bad_lines, &lines->counts.first_bad,
			     lines->options->skip_bad, err);
}

/* ---- scoring and printing the batch -------------------------------------- */

static int check_known(const struct ralm_score_lines *lines,
		       const struct ralm_pending_line *line,
		       const struct ralm_score_result *result,
		       struct ralm_error *err)
{
	if (line->unknown_list)
		return ralm_error_set(
			err, RALM_ERROR_DATA, "item '%.*s' has no seed list",
			ralm_shown(line->item_length),
			lines->items + line->first_byte);
	if (result->unknown_target)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "the model does not know the target");
	if (result->unknown_seeds > 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "the model does not know %zu of the seeds",
				      result->unknown_seeds);
	return 0;
}

/* Whether nothing can be compared, so that the bias alone makes the score. */
static bool by_bias(const struct ralm_score_result *result)
{
	return result->unknown_target || result->no_seeds;
}

static void count(struct ralm_score_lines *lines,
		  const struct ralm_pending_line *line,
		  const struct ralm_score_result *result, double value)
{
	struct ralm_score_counts *counts = &lines->counts;
	counts->samples++;
	counts->unknown_targets += result->unknown_target;
	counts->unknown_lists += line->unknown_list;
	counts->cut_lists += line->cut;
	counts->clustered += result->centroids > 0;
	counts->clusters_lost += result->centroids_lost;
	counts->new_targets += result->new_target;
	counts->new_seeds += result->new_seeds > 0;
	if (by_bias(result))
		counts->by_bias++;
	else
		counts->below_bias += value < lines->bias_score;
	if (result->unknown_seeds == 0) {
		counts->no_seeds += result->no_seeds && !line->unknown_list;
	} else if (result->no_seeds) {
		counts->no_seeds++;
		counts->seeds_of_none += result->seeds;
	} else {
		counts->fewer_seeds++;
		counts->seeds_of_fewer += result->seeds;
		counts->seeds_lost += result->unknown_seeds;
	}
}

static char *put_column(char *p, const char *text, size_t length)
{
	*p++ = '\t';
	memcpy(p, text, length);
	return p + length;
}

/* Writes ID:SHARE of the seeds that weigh most, separated by blanks. */
static int put_seeds(struct ralm_score_lines *lines, uint64_t target,
		     struct ralm_error *err)
{
	const struct ralm_seed_share *top;
	const size_t begin = lines->out_length;
	const char *id;
	size_t count, length;
	if (ralm_explainer_sample(&top, &count, lines->explainer, target,
				  err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (ralm_explainer_name(&id, &length, lines->explainer,
					top[i].key, err) != 0 ||
		    RALM_RESERVE(lines->out, lines->out_capacity,
				 lines->out_length + length + RALM_REAL_TEXT +
					 sizeof " :\n",
				 err) != 0)
			return -1;
		char *p = lines->out + lines->out_length;
		if (lines->out_length > begin)
			*p++ = ' ';
		memcpy(p, id, length);
		p += length;
		*p++ = ':';
		p += ralm_format_real(p, (double)top[i].share);
		lines->out_length = (size_t)(p - lines->out);
	}
	return 0;
}

/* Writes LABEL<TAB>SCORE<TAB>ITEM<TAB>TARGET<TAB>SEEDS, those that are wanted. */
static int print(struct ralm_score_lines *lines,
		 const struct ralm_pending_line *line,
		 const struct ralm_score_result *result, uint64_t target,
		 double value, struct ralm_error *err)
{
	const struct ralm_score_options *options = lines->options;
	const size_t begin = lines->out_length;
	size_t most = begin + line->item_length + line->target_length +
		      RALM_REAL_TEXT + sizeof "1\t\t\t\t\n";
	if (RALM_RESERVE(lines->out, lines->out_capacity, most, err) != 0)
		return -1;
	char *p = lines->out + begin;
	if (line->label != RALM_LABEL_NONE) {
		*p++ = (char)('0' + line->label);
		*p++ = '\t';
	}
	if (options->unknown != RALM_UNKNOWN_BLANK || !by_bias(result))
		p += ralm_format_real(p, value);
	if (line->item_length > 0)
		p = put_column(p, lines->items + line->first_byte,
			       line->item_length);
	if (options->with_target)
		p = put_column(p, line->target, line->target_length);
	if (lines->explainer != NULL)
		*p++ = '\t';
	lines->out_length = (size_t)(p - lines->out);
	if (lines->explainer != NULL && put_seeds(lines, target, err) != 0) {
		lines->out_length = begin; /* no half line */
		return -1;
	}
	lines->out[lines->out_length++] = '\n';
	return 0;
}

int ralm_score_lines_flush(struct ralm_score_lines *lines,
			   struct ralm_error *err)
{
	const struct ralm_score_options *options = lines->options;
	struct ralm_error own;
	size_t batch = lines->count;
	lines->count = 0;
	err = ralm_error_or(err, &own);
	for (size_t i = 0; i < batch; i++) {
		struct ralm_score_request *request = &lines->requests[i];
		if (request->seed_keys == NULL && request->seed_count > 0)
			request->seed_keys =
				lines->keys + lines->lines[i].first_key;
	}
	if (ralm_score(lines->results, lines->worker, lines->requests, batch,
		       err) != 0)
		return -1;
	lines->key_count = 0;
	lines->items_length = 0;
	for (size_t i = 0; i < batch; i++) {
		const struct ralm_pending_line *line = &lines->lines[i];
		const struct ralm_score_result *result = &lines->results[i];
		const struct ralm_score_request *request = &lines->requests[i];
		if (lines->explainer != NULL && !request->same_seeds &&
		    ralm_explainer_list(lines->explainer, request->seed_keys,
					request->seed_count, err) != 0)
			return -1;
		if (options->unknown == RALM_UNKNOWN_ERROR &&
		    check_known(lines, line, result, err) != 0) {
			if (bad_line(lines, line->line, err) != 0)
				return -1;
			continue;
		}
		double value = (double)(options->raw ? result->cosine
						     : result->score);
		if (print(lines, line, result, request->target_key, value,
			  err) != 0)
			return -1;
		count(lines, line, result, value);
	}
	return 0;
}

/* ---- taking lines in ----------------------------------------------------- */

/* How many seeds of a list count. */
static size_t cut(const struct ralm_score_lines *lines,
		  struct ralm_pending_line *line, size_t seed_count)
{
	const size_t used = ralm_seeds_used(seed_count,
					    lines->options->seeds_num);
	line->cut = used < seed_count;
	return used;
}

/* Sets the request of a line with seeds, which are copied: the parser's keys last only
 * until its next line. */
static int own_list(struct ralm_score_lines *lines,
		    struct ralm_score_request *request,
		    struct ralm_pending_line *line,
		    const struct ralm_sample_line *sample,
		    struct ralm_error *err)
{
	const size_t count = cut(lines, line, sample->seed_count);
	lines->last_named = NULL;
	request->same_seeds = sample->same_seeds && !lines->users_changed;
	lines->users_changed = false;
	if (request->same_seeds)
		return 0;
	if (RALM_RESERVE(lines->keys, lines->key_capacity,
			 lines->key_count + count, err) != 0)
		return -1;
	memcpy(lines->keys + lines->key_count, sample->seed_keys,
	       count * sizeof *lines->keys);
	line->first_key = lines->key_count;
	request->seed_count = count;
	lines->key_count += count;
	return 0;
}

/* Sets the request of a line whose item names a list. */
static void named_list(struct ralm_score_lines *lines,
		       struct ralm_score_request *request,
		       struct ralm_pending_line *line,
		       const struct ralm_sample_line *sample)
{
	if (!ralm_list_set_find(&request->seed_keys, &request->seed_count,
				lines->set, sample->item, sample->item_length)) {
		line->unknown_list = true;
		lines->last_named = NULL;
		return;
	}
	request->seed_count = cut(lines, line, request->seed_count);
	request->same_seeds = request->seed_keys == lines->last_named;
	lines->last_named = request->seed_keys;
}

/* Keeps the item of a line: one that it inherits lasts only until the next line. */
static int own_item(struct ralm_score_lines *lines,
		    const struct ralm_sample_line *sample,
		    struct ralm_error *err)
{
	if (sample->item == NULL)
		return 0;
	if (RALM_RESERVE(lines->items, lines->items_capacity,
			 lines->items_length + sample->item_length, err) != 0)
		return -1;
	memcpy(lines->items + lines->items_length, sample->item,
	       sample->item_length);
	lines->items_length += sample->item_length;
	return 0;
}

int ralm_score_lines_add_bad(struct ralm_score_lines *lines, uint64_t number,
			     struct ralm_error *err)
{
	struct ralm_error bad, own = {.code = RALM_ERROR_DATA};
	err = ralm_error_or(err, &own);
	bad = *err;
	/* Lines before it are scored first, and their errors come first. */
	if (ralm_score_lines_flush(lines, err) != 0)
		return -1;
	*err = bad;
	return bad_line(lines, number, err);
}

int ralm_score_lines_add(struct ralm_score_lines *lines, const char *text,
			 size_t length, uint64_t number,
			 struct ralm_error *err)
{
	struct ralm_sample_line sample;
	struct ralm_error own;
	err = ralm_error_or(err, &own);
	int parsed = ralm_sample_parse(&sample, &lines->parser, text, length,
				       err);
	if (parsed == 0)
		return 0;
	if (parsed < 0)
		return ralm_score_lines_add_bad(lines, number, err);
	struct ralm_pending_line *line = &lines->lines[lines->count];
	struct ralm_score_request *request = &lines->requests[lines->count];
	*line = (struct ralm_pending_line){
		.line = number,
		.first_byte = lines->items_length,
		.item_length = sample.item_length,
		.target = sample.target,
		.target_length = sample.target_length,
		.label = sample.label,
	};
	*request = (struct ralm_score_request){
		.target_key = sample.target_key,
	};
	if (own_item(lines, &sample, err) != 0)
		return -1;
	if (sample.seed_count == 0)
		named_list(lines, request, line, &sample);
	else if (own_list(lines, request, line, &sample, err) != 0)
		return -1;
	lines->count++;
	if (lines->count < RALM_PENDING_MAX)
		return 0;
	return ralm_score_lines_flush(lines, err);
}
