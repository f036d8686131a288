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
	bool header_due;
	struct ralm_score_line line;
};

static int take_text(struct side *side, char *text, size_t length,
		     struct ralm_error *err)
{
	struct ralm_score_columns *columns = &side->columns;
	if (memchr(text, '\0', length) != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "a NUL byte");
	if (side->header_due)
		return ralm_score_columns_settle(columns, text, length, err);
	columns->may_be_header = side->reader.line == 1 && !columns->format.header;
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
			side->header_due = side->columns.format.header;
		if (ralm_line_is_blank(text, length))
			continue;
		if (take_text(side, text, length, err) != 0)
			return ralm_error_at(err, side->reader.name,
					     side->reader.line, 0);
		if (!side->header_due)
			return 1;
		side->header_due = false;
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
	if (ralm_array_reserve(&pairs->score[0], &capacity->score[0], i + 1,
			       sizeof(double), err) != 0 ||
	    ralm_array_reserve(&pairs->score[1], &capacity->score[1], i + 1,
			       sizeof(double), err) != 0 ||
	    ralm_array_reserve(&pairs->label, &capacity->label, i + 1, 1,
			       err) != 0 ||
	    (weighted &&
	     ralm_array_reserve(&pairs->weight, &capacity->weight, i + 1,
				sizeof(double), err) != 0))
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

/* Adds a sample to the batch, and the batch to the set when it is large. */
static int add_sample(struct ralm_score_set *set,
		      struct ralm_score_batch *batch,
		      const struct ralm_score_line *a, struct ralm_error *err)
{
	if (ralm_score_batch_reserve(batch, 1, err) != 0)
		return -1;
	ralm_score_batch_put(batch, a->label, a->group, a->score, a->weight);
	if (batch->count[0] + batch->count[1] < BATCH)
		return 0;
	return ralm_score_set_take(set, batch, err);
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

static int read_pairs(struct ralm_score_pairs *pairs,
		      struct ralm_score_set *set,
		      struct ralm_left_out *left_out,
		      struct ralm_score_batch *batch, bool groups,
		      struct side *a, struct side *b, struct ralm_error *err)
{
	struct pair_capacity capacity = {{0, 0}, 0, 0};
	int got;
	while ((got = next_pair(a, b, err)) == 1) {
		if (a->line.weight == 0 || a->line.blank || b->line.blank) {
			left_out->weightless += a->line.weight == 0;
			left_out->blank += a->line.weight != 0;
			continue;
		}
		if (pairs->count == 0) {
			set->grouped = groups && a->columns.grouped;
			set->weighted = a->columns.weighted;
			batch->grouped = set->grouped;
			batch->weighted = set->weighted;
		}
		if (add_sample(set, batch, &a->line, err) != 0 ||
		    append_pair(pairs, &capacity, set->weighted, &a->line,
				&b->line, err) != 0)
			return -1;
	}
	if (got < 0)
		return -1;
	return ralm_score_set_take(set, batch, err);
}

int ralm_score_pairs_read(struct ralm_score_pairs *pairs,
			  struct ralm_score_set *set,
			  struct ralm_left_out *left_out,
			  struct ralm_score_columns *columns, bool groups,
			  const char *const *paths, size_t path_count,
			  const char *other, struct ralm_threads *threads,
			  struct ralm_error *err)
{
	struct ralm_score_batch batch;
	struct side a = {.columns = *columns}, b = {.columns = *columns};
	const char *const others[] = {other};
	memset(pairs, 0, sizeof *pairs);
	memset(left_out, 0, sizeof *left_out);
	if (ralm_reader_open(&a.reader, paths, path_count, err) != 0)
		return -1;
	if (ralm_reader_open(&b.reader, others, 1, err) != 0) {
		ralm_reader_release(&a.reader);
		return -1;
	}
	memset(&batch, 0, sizeof batch);
	ralm_score_set_init(set, false, false); /* until the first line */
	set->threads = threads;
	int result = read_pairs(pairs, set, left_out, &batch, groups, &a, &b,
				err);
	*columns = a.columns;
	ralm_score_batch_release(&batch);
	if (result != 0) {
		ralm_score_pairs_release(pairs);
		ralm_score_set_release(set);
	}
	ralm_reader_release(&a.reader);
	ralm_reader_release(&b.reader);
	return result;
}
