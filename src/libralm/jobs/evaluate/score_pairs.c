#include "jobs/evaluate/score_pairs.h"

#include "formats/blank.h"
#include "formats/lines.h"
#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

void ralm_score_pairs_release(struct ralm_score_pairs *pairs)
{
	free(pairs->score[0]);
	free(pairs->score[1]);
	free(pairs->label);
	free(pairs->weight);
	memset(pairs, 0, sizeof *pairs);
}

/* One of the two inputs. */
struct side {
	struct ralm_reader reader;
	struct ralm_score_columns columns;
	bool begins; /* only blank lines of its file were read */
	struct ralm_score_line line;
	size_t length; /* of it, as text */
};

static int take_text(struct side *side, char *text, size_t length,
		     struct ralm_error *err)
{
	struct ralm_score_columns *columns = &side->columns;
	if (memchr(text, '\0', length) != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "a NUL byte");
	if (side->begins && columns->format.header)
		return ralm_score_columns_header(columns, text, length, err);
	columns->may_be_header = side->begins;
	if (columns->count == 0 &&
	    ralm_score_columns_guess(columns, text, length, err) != 0)
		return -1;
	return ralm_score_line_parse(&side->line, columns, text, length, err);
}

/* The next line that is neither blank nor a header. 1, 0 at the end, or -1. */
static int next_line(struct side *side, struct ralm_error *err)
{
	char *text;
	size_t length;
	for (;;) {
		int got = ralm_reader_next(&side->reader, &text, &length, err);
		if (got != 1)
			return got;
		if (side->reader.line == 1)
			side->begins = true;
		if (ralm_line_is_blank(text, length))
			continue;
		const bool header = side->begins && side->columns.format.header;
		side->length = length + 1;
		if (take_text(side, text, length, err) != 0)
			return ralm_error_at(err, side->reader.name,
					     side->reader.line, 0);
		side->begins = false;
		if (!header)
			return 1;
	}
}

struct pair_capacity {
	size_t score[2], label, weight;
};

static int append_pair(struct ralm_score_pairs *pairs,
		       struct pair_capacity *capacity, bool weighted,
		       const struct ralm_score_line *a,
		       const struct ralm_score_line *b, struct ralm_error *err)
{
	size_t i = pairs->count;
	if (RALM_RESERVE(pairs->score[0], capacity->score[0], i + 1,
			 err) != 0 ||
	    RALM_RESERVE(pairs->score[1], capacity->score[1], i + 1,
			 err) != 0 ||
	    RALM_RESERVE(pairs->label, capacity->label, i + 1, err) != 0 ||
	    (weighted &&
	     RALM_RESERVE(pairs->weight, capacity->weight, i + 1, err) != 0))
		return -1;
	pairs->score[0][i] = a->score;
	pairs->score[1][i] = b->score;
	pairs->label[i] = (uint8_t)a->label;
	if (weighted)
		pairs->weight[i] = a->weight;
	pairs->count++;
	return 0;
}

/* What differs between two lines that should be the same sample's. */
static const char *difference(const struct ralm_score_line *a,
			      const struct ralm_score_line *b)
{
	if (a->label != b->label)
		return "label";
	if (a->group != b->group)
		return "group";
	return a->weight != b->weight ? "weight" : NULL;
}

/* Checks that both sides have groups and weights, or neither side. */
static int check_columns(const struct side *a, const struct side *b,
			 struct ralm_error *err)
{
	bool group = a->columns.grouped != b->columns.grouped;
	if (!group && a->columns.weighted == b->columns.weighted)
		return 0;
	bool at_a = group ? a->columns.grouped : a->columns.weighted;
	return ralm_reader_error(at_a ? &a->reader : &b->reader, err,
				 "a %s, and %s has none",
				 group ? "group" : "weight",
				 (at_a ? b : a)->reader.name);
}

enum { BATCH = 4096 }; /* samples */

/* A set that grows by batches. */
struct growing {
	struct ralm_score_set *set; /* NULL: not wanted */
	struct ralm_score_batch batch;
};

static void begin_set(struct growing *to, bool grouped, bool weighted)
{
	if (to->set == NULL)
		return;
	to->set->grouped = to->batch.grouped = grouped;
	to->set->weighted = to->batch.weighted = weighted;
}

/* Adds a sample to the batch, and the batch to the set when it is large. */
static int add_sample(struct growing *to, const struct ralm_score_line *line,
		      uint64_t group, struct ralm_error *err)
{
	struct ralm_score_batch *batch = &to->batch;
	if (to->set == NULL)
		return 0;
	if (ralm_score_batch_reserve(batch, 1, err) != 0)
		return -1;
	ralm_score_batch_put(batch, line->label, group, line->score, line->weight);
	if (batch->count[0] + batch->count[1] < BATCH)
		return 0;
	return ralm_score_set_take(to->set, batch, err);
}

/* The next lines of both sides. 1, 0 at the end, or -1. */
static int next_pair(struct side *a, struct side *b, struct ralm_error *err)
{
	int got = next_line(a, err);
	if (got < 0)
		return -1;
	int other_got = next_line(b, err);
	if (other_got < 0)
		return -1;
	if (got != other_got)
		return ralm_reader_error(got ? &a->reader : &b->reader, err,
					 "the other file ends before this line");
	if (got && check_columns(a, b, err) != 0)
		return -1;
	const char *what = got ? difference(&a->line, &b->line) : NULL;
	if (what != NULL)
		return ralm_reader_error(
			&b->reader, err, "not the sample of %s:%llu: the %s differs",
			a->reader.name, (unsigned long long)a->reader.line, what);
	return got;
}

/* Reads all pairs into both sets. */
static int read_pairs(struct ralm_score_pairs *pairs, struct growing to[2],
		      const struct ralm_pair_sets *sets,
		      struct ralm_left_out *left_out, struct side *a,
		      struct side *b, struct ralm_error *err)
{
	struct pair_capacity capacity = {{0, 0}, 0, 0};
	const struct ralm_score_line *line = &a->line;
	int got;
	while ((got = next_pair(a, b, err)) == 1) {
		ralm_evaluate_progress_add(sets->progress, 1, a->length);
		if (line->weight == 0 || line->blank || b->line.blank) {
			left_out->weightless += line->weight == 0;
			left_out->blank += line->weight != 0;
			continue;
		}
		const bool weighted = a->columns.weighted;
		if (pairs->count == 0) {
			const bool grouped = sets->groups && a->columns.grouped;
			pairs->by_line = sets->by_line && !grouped;
			for (int s = 0; s < 2; s++)
				begin_set(&to[s], grouped || pairs->by_line,
					  weighted);
		}
		const uint64_t group = pairs->by_line ? pairs->count : line->group;
		if (add_sample(&to[0], line, group, err) != 0 ||
		    add_sample(&to[1], &b->line, group, err) != 0 ||
		    append_pair(pairs, &capacity, weighted, line, &b->line,
				err) != 0)
			return -1;
	}
	for (int s = 0; s < 2 && got == 0; s++)
		if (to[s].set != NULL &&
		    ralm_score_set_take(to[s].set, &to[s].batch, err) != 0)
			return -1;
	return got;
}

int ralm_score_pairs_read(struct ralm_score_pairs *pairs,
			  const struct ralm_pair_sets *sets,
			  struct ralm_left_out *left_out,
			  struct ralm_score_columns *columns,
			  const char *const *paths, size_t path_count,
			  const char *other, struct ralm_threads *threads,
			  struct ralm_error *err)
{
	struct side a = {.columns = *columns}, b = {.columns = *columns};
	struct growing to[2] = {{.set = sets->of}, {.set = sets->other}};
	const char *const others[] = {other};
	memset(pairs, 0, sizeof *pairs);
	memset(left_out, 0, sizeof *left_out);
	if (ralm_reader_open(&a.reader, paths, path_count, err) != 0)
		return -1;
	if (ralm_reader_open(&b.reader, others, 1, err) != 0) {
		ralm_reader_release(&a.reader);
		return -1;
	}
	for (int s = 0; s < 2; s++)
		if (to[s].set != NULL) {
			/* until the first line */
			ralm_score_set_init(to[s].set, false, false);
			to[s].set->threads = threads;
		}
	int result = read_pairs(pairs, to, sets, left_out, &a, &b, err);
	*columns = a.columns;
	for (int s = 0; s < 2; s++) {
		ralm_score_batch_release(&to[s].batch);
		if (result != 0 && to[s].set != NULL)
			ralm_score_set_release(to[s].set);
	}
	if (result != 0)
		ralm_score_pairs_release(pairs);
	ralm_reader_release(&a.reader);
	ralm_reader_release(&b.reader);
	return result;
}
