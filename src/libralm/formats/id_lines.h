/* Files of ids, one a line: the line without the blanks around it, up to a tab
 * (what follows, as the score in an audience, is ignored); or one column of a
 * table with a header. Blank lines are skipped. */
#ifndef RALM_FORMATS_ID_LINES_H
#define RALM_FORMATS_ID_LINES_H

#include "formats/records.h"

struct ralm_id_lines {
	struct ralm_record_reader records;
	struct ralm_delimiter delimiter;
	const char *column; /* NULL: the line; not owned */
	const char *const *paths;
	size_t path_count;
	/* Set by the caller, once opened: */
	bool may_be_empty;
	const char *column_option; /* of column, for messages; NULL: "column" */
	/* Of the file at hand: */
	bool headed;          /* its header was read */
	size_t field, fields; /* the number of the column, from 0; of all columns */
	uint64_t count;       /* ids so far, of all files */
};

/* Opens the first file; none, or "-", is standard input. column: NULL, or the name of
 * the column in the header of each file, its first line that is not blank; delimiter
 * separates the fields (delimiter.h). Paths and texts outlive the reader. */
int ralm_id_lines_open(struct ralm_id_lines *lines, const char *const *paths,
		       size_t path_count, const char *column,
		       const char *delimiter,
		       struct ralm_error *err) RALM_MUST_CHECK;
void ralm_id_lines_release(struct ralm_id_lines *lines);

/* The next id, valid until the next call. Returns 1, 0 at the end, or -1 with file and
 * line. Files without any id are an error at the end, unless they may be empty. */
int ralm_id_lines_next(const char **id, size_t *length,
		       struct ralm_id_lines *lines,
		       struct ralm_error *err) RALM_MUST_CHECK;

/* Sets file and line of the id returned last. Returns -1. */
int ralm_id_lines_place(struct ralm_error *err,
			const struct ralm_id_lines *lines);

#endif
