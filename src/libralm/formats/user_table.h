/* A table of users, such as a CSV file of customers, read as what is known of
 * each (ralm-users(5)): which columns are the user and which are fields, the
 * options say. */
#ifndef RALM_FORMATS_USER_TABLE_H
#define RALM_FORMATS_USER_TABLE_H

#include "formats/records.h"
#include "formats/user_lines.h"
#include "formats/word_list.h"

struct ralm_user_column {
	const char *field; /* in the option's text; NULL: the user */
	size_t length;
	bool number;
	size_t at; /* which field of a line it is */
};

struct ralm_user_table {
	struct ralm_user_table_options options; /* texts not owned */
	struct ralm_delimiter delimiter;
	struct ralm_record_reader records;
	struct ralm_word_list missing;
	struct ralm_user_column *columns; /* (count) by place */
	size_t count, capacity;
	bool named;           /* the names of a header, the first record, give places */
	size_t header_fields; /* 0: there is none */
	bool bad_line; /* the call before failed at a line, and at nothing else */
	/* Of the row last returned. */
	struct ralm_user_value *values;
	size_t value_capacity;
	char *text; /* the slots, one after the other */
	size_t text_capacity;
};

/* Checks the options, RALM_ERROR_CONFIG where they are wrong, and opens the
 * file. missing: words that stand for no value, with commas between, or NULL; an
 * empty cell is none anyway. On failure the table is released. */
int ralm_user_table_open(struct ralm_user_table *table,
			 const struct ralm_user_table_options *options,
			 const char *missing,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_user_table_release(struct ralm_user_table *table);

/* The next row, as a line about a user, valid until the next call. Returns 1, 0 at the
 * end, or -1 with file and line. White space in a value becomes '_'. Of the members of
 * values only slot, text and their lengths are set. */
int ralm_user_table_next(struct ralm_user_line *user,
			 struct ralm_user_table *table,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
