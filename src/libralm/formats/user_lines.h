/* Lines about users (ralm-users(5)): user:ID, one, and what is known of that
 * user, FIELD:VALUE or FIELD=NUMBER, any number of them, between blanks, in any
 * order. The lines of one user add up; whoever reads them adds. */
#ifndef RALM_FORMATS_USER_LINES_H
#define RALM_FORMATS_USER_LINES_H

#include "formats/lines.h"
#include "formats/user_fields.h"

/* One thing that is known of a user. Texts are in the line. */
struct ralm_user_value {
	uint32_t field;
	bool first;       /* the first value of this field in good lines */
	const char *slot; /* all of it: FIELD:VALUE or FIELD=NUMBER */
	size_t slot_length;
	const char *text; /* what is behind the colon or the equals sign */
	size_t length;
	double number; /* what it says in a field of numbers; else 0 */
};

struct ralm_user_line {
	const char *user; /* its id, in the line */
	size_t user_length;
	const struct ralm_user_value *values; /* (count) as they are written */
	size_t count;                         /* perhaps 0 */
};

struct ralm_user_parser {
	struct ralm_user_fields fields; /* of all good lines so far */
	struct ralm_user_value *values;
	size_t capacity;
};

/* A parser that is all zero has read nothing yet. */
void ralm_user_parser_release(struct ralm_user_parser *parser);

/* Parses one line without its newline: 1, 0 for a blank line, or -1 with a
 * message and no place (ralm_error_at). user is written only where 1 is
 * returned, and valid until the next call; after an error the parser is ready
 * for the next line, and knows no field by the bad one. */
int ralm_user_parse(struct ralm_user_line *user,
		    struct ralm_user_parser *parser, const char *line,
		    size_t length, struct ralm_error *err) RALM_MUST_CHECK;

/* The users of files. */
struct ralm_user_lines {
	struct ralm_user_parser parser;
	struct ralm_reader reader;
	bool bad_line;  /* the call before failed at a line, and at nothing else */
	uint64_t count; /* lines about users so far */
};

/* Begins with the first file; none, or "-", is standard input. Paths outlive the
 * reader. */
int ralm_user_lines_open(struct ralm_user_lines *lines, const char *const *paths,
			 size_t path_count,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_user_lines_release(struct ralm_user_lines *lines);

/* The next line about a user, valid until the next call. Returns 1, 0 at the end, or -1
 * with file and line; a caller that leaves bad lines out may go on where
 * lines->bad_line is set. Files without one good line are an error at the end. */
int ralm_user_lines_next(struct ralm_user_line *user,
			 struct ralm_user_lines *lines,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
