/* Records: lines, or several lines where a quoted field of CSV holds newlines. */
#ifndef RALM_FORMATS_RECORDS_H
#define RALM_FORMATS_RECORDS_H

#include "formats/delimiter.h"
#include "formats/lines.h"

struct ralm_record_reader {
	struct ralm_reader lines;
	const struct ralm_delimiter *delimiter; /* not owned */
	bool join; /* records may have several lines; else every line is one */
	/* Of the record last returned. */
	const char *name;    /* its file */
	uint64_t line;       /* its first line, in that file */
	uint64_t line_count; /* 1, or more where quotes hold them together */
	/* Lines that were read ahead, each with a newline behind. */
	char *ahead;
	size_t capacity, taken, used;
	const char *ahead_name;
	uint64_t ahead_line; /* the number of the one at `taken` */
	/* What comes after them: the first line of the next file, or a read
	 * error. */
	char *next_file;
	size_t next_file_length;
	bool failed;
	struct ralm_error error;
};

/* Initialises. delimiter tells whether fields may be quoted at all; without that, join
 * does nothing. The caller then opens reader->lines, which
 * ralm_record_reader_release releases, too. */
void ralm_record_reader_init(struct ralm_record_reader *reader,
			     const struct ralm_delimiter *delimiter, bool join);
void ralm_record_reader_release(struct ralm_record_reader *reader);

/* The next record, as ralm_reader_next returns a line; its lines have newlines
 * between them. A quote joins lines only if it is closed, at the end of a
 * field, within RALM_LINE_MAX bytes and before its file ends or a line cannot
 * be read: else its line is a record alone. */
int ralm_record_reader_next(struct ralm_record_reader *reader, char **text,
			    size_t *length, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
