/* Lines of labels and scores, and if wanted a group and a weight, in columns.
 * Without a delimiter fields are separated by tabs, or by blanks in a line that
 * has no tab. What ralm-score prints is one such form: LABEL SCORE [ITEM]. */
#ifndef RALM_FORMATS_SCORE_TEXT_H
#define RALM_FORMATS_SCORE_TEXT_H

#include "formats/delimiter.h"

enum { RALM_SCORE_COLUMNS_MAX = 1024 };

enum ralm_score_role {
	RALM_COLUMN_PASS = '_',
	RALM_COLUMN_LABEL = 'l',
	RALM_COLUMN_SCORE = 's',
	RALM_COLUMN_GROUP = 'g',
	RALM_COLUMN_WEIGHT = 'w',
};

struct ralm_score_columns {
	struct ralm_score_format format;
	struct ralm_delimiter delimiter; /* where the format has one */
	char roles[RALM_SCORE_COLUMNS_MAX]; /* enum ralm_score_role, in order */
	int count;          /* columns up to the last one used; 0: unknown */
	bool named;         /* roles are found by the header's names */
	bool header_seen;
	size_t header_fields; /* in the last one; 0: there was none */
	bool exact;         /* a line has these columns and no others */
	bool grouped, weighted;
	bool may_be_header; /* the next line is a file's first, and no option tells */
	/* Columns with a fast path: label and score alone, separated by one of
	 * two bytes; or label, score and group, separated by tabs. */
	bool plain, plain_group;
	char gap[2];
};

struct ralm_score_line {
	int label;       /* 0 or 1 */
	double score;    /* finite or infinite, never NaN */
	double weight;   /* finite, >= 0; 1 without such a column */
	uint64_t group;  /* ralm_user_key of the name; 0 without such a column */
	bool blank;      /* the score is empty, which the format allows */
};

/* RALM_ERROR_CONFIG where the format is wrong; where it has columns, label and score
 * must be among them. */
int ralm_score_columns_init(struct ralm_score_columns *columns,
			    const struct ralm_score_format *format,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* Takes the first line of a file as its header, which gives the places of roles
 * that are found by name. Without columns in the format the names are label,
 * score, and perhaps group or item, and weight, in any case. The line may
 * change. */
int ralm_score_columns_header(struct ralm_score_columns *columns, char *line,
			      size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Sets roles from the first line of a file without header: "label score" or
 * "label score group". */
int ralm_score_columns_guess(struct ralm_score_columns *columns, char *line,
			     size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Parses a line without its newline, whose bytes may change. An error has a message
 * and no place. */
int ralm_score_line_parse(struct ralm_score_line *out,
			  const struct ralm_score_columns *columns, char *line,
			  size_t length, struct ralm_error *err) RALM_MUST_CHECK;

/* Parses the most common line without looking for its end first: a label, a
 * delimiter, a score, perhaps a group without blanks, a newline. Returns what
 * follows the newline and fills out as ralm_score_line_parse would, or NULL for
 * any other line, which is then to be parsed. */
const char *ralm_score_line_scan(struct ralm_score_line *out,
				 const struct ralm_score_columns *columns,
				 const char *text, const char *end);

#endif
