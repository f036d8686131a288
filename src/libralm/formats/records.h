/* Records: lines, or several lines that quotes hold together as CSV has them. */
#ifndef RALM_FORMATS_RECORDS_H
#define RALM_FORMATS_RECORDS_H

#include "formats/delimiter.h"
#include "formats/lines.h"

struct ralm_record_reader {
	struct ralm_reader lines;
	const struct ralm_delimiter *delimiter; /* not owned */
	bool join; /* records of several lines are put together */
	/* Of the record last returned. */
	const char *name;    /* its file */
	uint64_t line;       /* its first line, in that file */
	uint64_t line_count; /* 1, or more where quotes hold them together */
	/* Lines that were read ahead, each with a newline behind. */
	char *ahead;
	size_t capacity, taken, used;
	const char *ahead_name;
	uint64_t ahead_line; /* the number of the one at `taken` */
	/* What comes behind them: the first line of the next file, or an error
	 * of reading. */
	char *next_file;
	size_t next_file_length;
	bool failed;
	struct ralm_error error;
};

/* Begins; delimiter says whether there are quotes at all. reader->lines is then
 * to be opened, and is released by ralm_record_reader_release. */
void ralm_record_reader_init(struct ralm_record_reader *reader,
			     const struct ralm_delimiter *delimiter, bool join);
void ralm_record_reader_release(struct ralm_record_reader *reader);

/* The next record, as ralm_reader_next gives a line, with a newline between
 * its lines. A quote that is not closed before its file ends or a line cannot be
 * read, by a quote that ends a field, or within RALM_LINE_MAX bytes holds
 * nothing together: its line is a record of its own. */
int ralm_record_reader_next(struct ralm_record_reader *reader, char **text,
			    size_t *length, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
