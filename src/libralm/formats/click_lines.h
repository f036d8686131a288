/* The lines of a click log, one by one: which of them are clicks, of which user and
 * item. Used by click_log.c alone. */
#ifndef RALM_FORMATS_CLICK_LINES_H
#define RALM_FORMATS_CLICK_LINES_H

#include "formats/click_columns.h"
#include "formats/click_events.h"
#include "formats/click_times.h"
#include "formats/click_log.h"

struct ralm_click_parser {
	struct ralm_click_columns columns;
	struct ralm_click_times times;
	struct ralm_click_events events;
	struct ralm_word_list missing;
	double min_rating;
	bool has_min_rating;
	bool may_be_header; /* the next line is a file's first, and no option tells */
	bool no_header;
	char *header; /* of the file, as read; NULL: none */
	size_t header_length, header_capacity;
};

/* RALM_ERROR_CONFIG where the options are wrong. Also then the parser is to be
 * released. */
int ralm_click_parser_init(struct ralm_click_parser *parser,
			   const struct ralm_click_format *format,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_click_parser_release(struct ralm_click_parser *parser);

/* Takes the header of a file. */
int ralm_click_parser_header(struct ralm_click_parser *parser, char *line,
			     size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Adds the click of a line to the log, or counts there why it is none. A line that is
 * refused leaves the log as it was. */
int ralm_click_parser_line(struct ralm_click_log *log,
			   struct ralm_click_parser *parser, char *line,
			   size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
