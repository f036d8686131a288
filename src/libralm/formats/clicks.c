#include "clicks.h"

#include "../ground/memory.h"
#include "../ground/numbers.h"
#include "click_columns.h"
#include "lines.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

void ralm_click_log_init(struct ralm_click_log *log)
{
	memset(log, 0, sizeof *log);
	ralm_ids_init(&log->users);
	ralm_ids_init(&log->items);
}

void ralm_click_log_release(struct ralm_click_log *log)
{
	ralm_ids_release(&log->users);
	ralm_ids_release(&log->items);
	free(log->clicks);
	ralm_click_log_init(log);
}

int ralm_click_log_add(struct ralm_click_log *log,
		       const struct ralm_click *click, struct ralm_error *err)
{
	if (log->count == UINT32_MAX - 1)
		return ralm_error_set(err, RALM_ERROR_SYSTEM,
				      "more than %u clicks", UINT32_MAX - 1);
	if (ralm_array_reserve(&log->clicks, &log->capacity, log->count + 1,
			       sizeof *log->clicks, err) != 0)
		return -1;
	log->clicks[log->count++] = *click;
	return 0;
}

/* ---- one line ---------------------------------------------------------- */

struct parser {
	struct ralm_click_columns columns;
	double min_rating;
	bool has_min_rating;
	bool may_be_header; /* the first line, which no option calls a header */
};

/* What is wrong with an id; NULL: nothing. */
static const char *id_fault(const struct ralm_field *id)
{
	if (id->length == 0)
		return "empty id";
	for (size_t i = 0; i < id->length; i++) {
		unsigned char c = (unsigned char)id->text[i];
		if (c > ' ')
			continue;
		if (c == '\0')
			return "id with a NUL byte";
		if (c == ' ' || (c >= '\t' && c <= '\r'))
			return "id with white space";
	}
	_Static_assert(RALM_ID_MAX == 4096, "as the message says");
	return id->length > RALM_ID_MAX ? "id longer than 4096 bytes" : NULL;
}

static int bad_field(struct ralm_error *err, const struct parser *parser,
		     const char *expected, const struct ralm_field *field)
{
	return ralm_error_set(err, RALM_ERROR_DATA, "%s, got '%.*s'%s",
			      expected,
			      field->length > 80 ? 80 : (int)field->length,
			      field->text,
			      parser->may_be_header ? " (--header)" : "");
}

/* Adds the click of a line to the log, or does not where its rating is low. */
static int take_line(struct ralm_click_log *log, const struct parser *parser,
		     char *line, size_t length, struct ralm_error *err)
{
	const struct ralm_click_columns *columns = &parser->columns;
	struct ralm_field fields[RALM_CLICK_ROLES];
	struct ralm_id user_id, item_id;
	struct ralm_click click = {.time = 0};
	double rating = 0;
	if (ralm_click_columns_cut(fields, columns, line, length, err) != 0)
		return -1;
	const struct ralm_field *user = &fields[RALM_CLICK_USER];
	const struct ralm_field *item = &fields[RALM_CLICK_ITEM];
	const struct ralm_field *time = &fields[RALM_CLICK_TIME];
	const char *fault;
	if ((fault = id_fault(user)) != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "user: %s", fault);
	if ((fault = id_fault(item)) != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "item: %s", fault);
	ralm_ids_prepare(&user_id, &log->users, user->text, user->length);
	ralm_ids_prepare(&item_id, &log->items, item->text, item->length);
	if (columns->has[RALM_CLICK_TIME] &&
	    !ralm_parse_time(&click.time, time->text, time->length))
		return bad_field(err, parser,
				 "time: expected seconds or ISO 8601", time);
	if (columns->has[RALM_CLICK_RATING] &&
	    !ralm_parse_double(&rating, fields[RALM_CLICK_RATING].text,
			       fields[RALM_CLICK_RATING].length))
		return bad_field(err, parser, "rating: expected a number",
				 &fields[RALM_CLICK_RATING]);
	if (parser->has_min_rating && rating < parser->min_rating) {
		log->below_min_rating++;
		return 0;
	}
	if (ralm_ids_add_prepared(&click.user, &log->users, &user_id, err) != 0 ||
	    ralm_ids_add_prepared(&click.item, &log->items, &item_id, err) != 0)
		return -1;
	return ralm_click_log_add(log, &click, err);
}

/* ---- the whole log ----------------------------------------------------- */

static int parser_init(struct parser *parser,
		       const struct ralm_click_format *format,
		       struct ralm_error *err)
{
	memset(parser, 0, sizeof *parser);
	if (ralm_click_columns_init(&parser->columns, format->columns,
				    format->delimiter, format->header, err) != 0)
		return -1;
	if (format->min_rating == NULL)
		return 0;
	parser->has_min_rating = true;
	if (!ralm_parse_double(&parser->min_rating, format->min_rating,
			       strlen(format->min_rating)))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--min-rating: expected a number, got '%s'",
				      format->min_rating);
	if (!parser->columns.has[RALM_CLICK_RATING])
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--min-rating: no column is the rating (--columns)");
	return 0;
}

static void count_bad(struct ralm_click_log *log, const struct ralm_error *err)
{
	if (log->bad_lines++ == 0)
		log->first_bad = *err;
}

/* Where no option tells how many columns there are, a line does. */
static int take_text(struct ralm_click_log *log, struct parser *parser,
		     char *line, size_t length, struct ralm_error *err)
{
	if (parser->columns.count == 0 &&
	    ralm_click_columns_settle(&parser->columns, line, length, err) != 0)
		return -1;
	return take_line(log, parser, line, length, err);
}

static int read_all(struct ralm_click_log *log, struct ralm_reader *reader,
		    struct parser *parser,
		    const struct ralm_click_format *format,
		    struct ralm_error *err)
{
	char *line;
	size_t length;
	bool header = false;
	int got;
	while ((got = ralm_reader_next(reader, &line, &length, err)) != 0) {
		if (got < 0) {
			/* a header may not be left out */
			bool first = reader->line == 1 && format->header;
			if (!reader->long_line || !format->skip_bad || first)
				return -1;
			count_bad(log, err);
			continue;
		}
		if (reader->line == 1)
			header = format->header;
		parser->may_be_header = reader->line == 1 && !header;
		if (length == 0)
			continue;
		log->lines++;
		if (header) {
			header = false;
			if (ralm_click_columns_settle(&parser->columns, line,
						      length, err) != 0)
				return ralm_error_at(err, reader->name,
						     reader->line, 0);
			continue;
		}
		if (take_text(log, parser, line, length, err) == 0)
			continue;
		if (err->code != RALM_ERROR_DATA)
			return -1;
		ralm_error_at(err, reader->name, reader->line, 0);
		if (!format->skip_bad)
			return -1;
		count_bad(log, err);
	}
	log->last_file = reader->name;
	log->last_line = reader->line;
	log->has_times = parser->columns.has[RALM_CLICK_TIME];
	return ralm_ids_seal(&log->users, err) != 0 ||
			       ralm_ids_seal(&log->items, err) != 0
		       ? -1
		       : 0;
}

int ralm_click_log_read(struct ralm_click_log *log, const char *const *paths,
			size_t path_count,
			const struct ralm_click_format *format,
			struct ralm_error *err)
{
	struct parser parser;
	struct ralm_reader reader;
	if (parser_init(&parser, format, err) != 0 ||
	    ralm_reader_open(&reader, paths, path_count, err) != 0)
		return -1;
	int result = read_all(log, &reader, &parser, format, err);
	ralm_reader_release(&reader);
	return result;
}

int ralm_click_log_read_fd(struct ralm_click_log *log, int fd,
			   const char *name,
			   const struct ralm_click_format *format,
			   struct ralm_error *err)
{
	struct parser parser;
	struct ralm_reader reader;
	if (parser_init(&parser, format, err) != 0 ||
	    ralm_reader_open_fd(&reader, fd, name, err) != 0)
		return -1;
	int result = read_all(log, &reader, &parser, format, err);
	ralm_reader_release(&reader);
	return result;
}
