/* Lines of samples to lines of scores: what one thread of score_stream does. */
#ifndef RALM_JOBS_SCORE_SCORE_LINES_H
#define RALM_JOBS_SCORE_SCORE_LINES_H

#include "formats/list_set.h"
#include "formats/sample_text.h"
#include "ralm.h"
#include "scoring/explain.h"
#include "scoring/scorer.h"

enum { RALM_PENDING_MAX = 256 };

/* A sample of the batch: its line, and what is printed with its score. */
struct ralm_pending_line {
	uint64_t line;    /* its number */
	size_t first_key; /* index of its own seeds in keys */
	size_t first_byte; /* index of its item in items */
	size_t item_length; /* 0: it has none */
	const char *target; /* into the text */
	size_t target_length;
	int label;
	bool unknown_list;
	bool cut; /* its list has more seeds than are used */
};

struct ralm_score_lines {
	const struct ralm_score_options *options;
	struct ralm_scoring_worker *worker;
	struct ralm_explainer *explainer; /* NULL: no column of seeds */
	struct ralm_sample_parser parser;
	/* Lines parsed and not yet scored. */
	size_t count;
	struct ralm_pending_line lines[RALM_PENDING_MAX];
	struct ralm_score_request requests[RALM_PENDING_MAX];
	struct ralm_score_result results[RALM_PENDING_MAX];
	/* Seeds of lines that have them. */
	uint64_t *keys;
	size_t key_count, key_capacity;
	/* Items of all, one behind the other. */
	char *items;
	size_t items_length, items_capacity;
	struct ralm_list_set *set;  /* named lists for this text */
	const uint64_t *last_named; /* keys of the list before; NULL: not of set */
	unsigned changes;   /* of the newcomers, when this text began */
	bool users_changed; /* newcomers did, since the list before */
	double bias_score; /* where nothing can be compared */
	/* Scores as text. */
	char *out;
	size_t out_length, out_capacity;
	struct ralm_score_counts counts; /* of this text */
};

/* The score that is printed where nothing can be compared. */
double ralm_score_of_bias(const struct ralm_scorer *scorer, bool raw);

/* named: samples may name their list by item. */
int ralm_score_lines_init(struct ralm_score_lines *lines,
			  struct ralm_scorer *scorer, bool named,
			  const struct ralm_score_options *options,
			  struct ralm_error *err) RALM_MUST_CHECK;
void ralm_score_lines_release(struct ralm_score_lines *lines);

/* Begins a text: clears output and counts, and uses the named lists of `set` (NULL:
 * none), which it takes over, and gives back at the next start or release. Newcomers do
 * not change until the end of the text. */
void ralm_score_lines_start(struct ralm_score_lines *lines,
			    struct ralm_list_set *set);
void ralm_score_lines_end(struct ralm_score_lines *lines);

/* Adds one line; `number` is its number in messages. Fails at the first bad line, with
 * err->line set and all lines before it scored; with skip_bad, bad lines are counted
 * instead. Text must stay until the next flush. */
int ralm_score_lines_add(struct ralm_score_lines *lines, const char *text,
			 size_t length, uint64_t number,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Adds a bad line that the reader could not return; err says why. */
int ralm_score_lines_add_bad(struct ralm_score_lines *lines, uint64_t number,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* Scores the lines added so far; out then has the scores of all. */
int ralm_score_lines_flush(struct ralm_score_lines *lines,
			   struct ralm_error *err) RALM_MUST_CHECK;

#endif
