/* Lines that are judged: a label, a score, and if wanted a group and a weight,
 * in columns parted by one tab or by spaces. What ralm-score prints is one
 * such form: LABEL SCORE [ITEM]. */
#ifndef RALM_FORMATS_SCORES_H
#define RALM_FORMATS_SCORES_H

#include <stdbool.h>

#include "../ground/error.h"

enum { RALM_SCORE_COLUMNS_MAX = 64 };

enum ralm_score_role {
	RALM_COLUMN_PASS = '_',
	RALM_COLUMN_LABEL = 'l',
	RALM_COLUMN_SCORE = 's',
	RALM_COLUMN_GROUP = 'g',
	RALM_COLUMN_WEIGHT = 'w',
};

struct ralm_score_columns {
	char roles[RALM_SCORE_COLUMNS_MAX]; /* enum ralm_score_role, in order */
	int count;                          /* columns up to the last that counts */
	bool exact;         /* a line has these columns and no others */
	bool grouped, weighted;
	bool signed_labels; /* labels are -1 and 1, else 0 and 1 */
	bool probabilities; /* a score outside [0, 1] is an error */
	bool plain;         /* label and score, with nothing of the above */
};

struct ralm_score_line {
	int label;       /* 0 or 1 */
	double score;    /* finite or infinite, never NaN */
	double weight;   /* finite, >= 0; 1 without such a column */
	uint64_t group;  /* ralm_user_key of the name; 0 without such a column */
};

/* signed_labels and probabilities are to be set before the columns are.
 * Sets roles from "label,score,_,weight": any order, label and score must be
 * among them, columns behind the last are passed over. */
int ralm_score_columns_parse(struct ralm_score_columns *columns,
			     const char *text, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Sets roles from the first line: "label score" or "label score group". */
int ralm_score_columns_guess(struct ralm_score_columns *columns,
			     const char *line, size_t length,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* Nothing but spaces and tabs: such lines are skipped. */
bool ralm_score_line_is_blank(const char *line, size_t length);

/* The line has no newline. The error has a message and no place. */
int ralm_score_line_parse(struct ralm_score_line *out,
			  const struct ralm_score_columns *columns,
			  const char *line, size_t length,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* The most common line at once, without looking for its end first: a label, a
 * blank, a score, a newline, where these are the columns. Returns what follows
 * the newline and fills out as ralm_score_line_parse would, or NULL for any
 * other line, which is then to be parsed. */
const char *ralm_score_line_scan(struct ralm_score_line *out,
				 const struct ralm_score_columns *columns,
				 const char *text, const char *end);

#endif
