#include "formats/click_lines.h"

#include "formats/ids.h"
#include "ground/memory.h"
#include "ground/numbers.h"

#include <stdlib.h>
#include <string.h>

/* ---- the options ------------------------------------------------------- */

int ralm_click_parser_init(struct ralm_click_parser *parser,
			   const struct ralm_click_format *format,
			   struct ralm_error *err)
{
	const struct ralm_click_columns_options columns = {
		.spec = format->columns,
		.delimiter = format->delimiter,
		.header = format->header,
		.multiline = format->multiline,
		.wants_rating = format->min_rating != NULL,
		.wants_event = format->events != NULL,
		.wants_time = format->time_format != NULL,
	};
	memset(parser, 0, sizeof *parser);
	parser->no_header = format->no_header;
	parser->has_min_rating = format->min_rating != NULL;
	ralm_word_list_init(&parser->missing, format->missing);
	if (format->header && format->no_header)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--header and --no-header exclude each other");
	if (parser->has_min_rating &&
	    !ralm_parse_double(&parser->min_rating, format->min_rating,
			       strlen(format->min_rating)))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--min-rating: expected a number, got '%s'",
				      format->min_rating);
	if (ralm_click_columns_init(&parser->columns, &columns, err) != 0 ||
	    ralm_click_events_init(&parser->events, format->events, err) != 0)
		return -1;
	return ralm_click_times_init(&parser->times, format->time_format, err);
}

void ralm_click_parser_release(struct ralm_click_parser *parser)
{
	free(parser->header);
	memset(parser, 0, sizeof *parser);
}

/* ---- headers ------------------------------------------------------------- */

int ralm_click_parser_header(struct ralm_click_parser *parser, char *line,
			     size_t length, struct ralm_error *err)
{
	if (RALM_RESERVE(parser->header, parser->header_capacity, length + 1,
			 err) != 0)
		return -1;
	memcpy(parser->header, line, length);
	parser->header_length = length;
	return ralm_click_columns_header(&parser->columns, line, length, err);
}

/* A cheap test that most ids fail: all usual names end in a letter. */
static bool ends_in_letter(const struct ralm_field *field)
{
	return field->length > 1 &&
	       ((unsigned char)field->text[field->length - 1] | 0x20) >= 'a' &&
	       ((unsigned char)field->text[field->length - 1] | 0x20) <= 'z';
}

/* Whether a line has usual names as its user and its item, and no header of its file
 * was read: it is a header, perhaps of a file that was appended to another. */
static bool names_both(const struct ralm_click_parser *parser,
		       const struct ralm_field *user,
		       const struct ralm_field *item)
{
	return !parser->no_header && parser->header == NULL &&
	       ends_in_letter(user) && ends_in_letter(item) &&
	       ralm_click_role_of_name(user->text, user->length) ==
		       RALM_CLICK_USER &&
	       ralm_click_role_of_name(item->text, item->length) ==
		       RALM_CLICK_ITEM;
}

/* Whether the line is the file's header again, with or without a byte order
 * mark. */
static bool is_header_again(const struct ralm_click_parser *parser,
			    const char *line, size_t length)
{
	size_t mark = length >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0 ? 3
									  : 0;
	return parser->header_length > 0 &&
	       length - mark == parser->header_length &&
	       memcmp(line + mark, parser->header, length - mark) == 0;
}

static int refuse_header(const struct ralm_click_parser *parser,
			 struct ralm_error *err)
{
	if (parser->may_be_header)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "this looks like a header (--header, or "
				      "--no-header where it is a click)");
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "a header among the clicks: files that have one are to be "
			      "read one by one, not joined");
}

/* ---- fields ---------------------------------------------------------------- */

static int bad_rating(struct ralm_error *err,
		      const struct ralm_click_parser *parser,
		      const struct ralm_field *field)
{
	int shown = ralm_shown(field->length);
	if (ralm_has_decimal_comma(field->text, field->length))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "rating: '%.*s' has a decimal comma: a point is "
				      "needed",
				      shown, field->text);
	return ralm_error_set(err, RALM_ERROR_DATA,
			      parser->may_be_header
				      ? "rating: expected a number, got '%.*s' (--header)"
				      : "rating: expected a number, got '%.*s'",
			      shown, field->text);
}

/* A bad time on a first line is probably a header's. */
static int hint_at_header(const struct ralm_click_parser *parser,
			  struct ralm_error *err)
{
	char message[sizeof err->message];
	if (err == NULL || !parser->may_be_header)
		return -1;
	memcpy(message, err->message, sizeof message);
	message[sizeof message - 16] = '\0';
	return ralm_error_set(err, RALM_ERROR_DATA, "%s (--header)", message);
}

static bool is_missing(const struct ralm_click_parser *parser,
		       const struct ralm_field *user,
		       const struct ralm_field *item)
{
	return parser->missing.lengths != 0 &&
	       (ralm_word_list_find(&parser->missing, user->text,
				    user->length) >= 0 ||
		ralm_word_list_find(&parser->missing, item->text,
				    item->length) >= 0);
}

/* ---- a line ----------------------------------------------------------------- */

struct line {
	struct ralm_field fields[RALM_CLICK_ROLES];
	struct ralm_id user, item;
	struct ralm_click click;
	enum ralm_time_kind kind;
	bool kept;
};

/* Checks the ids and prepares them. Sets line->kept: false where the line is no click,
 * whose ids may be bad then. */
static int take_ids(struct line *line, struct ralm_click_log *log,
		    struct ralm_click_parser *parser, struct ralm_error *err)
{
	const struct ralm_field *event = &line->fields[RALM_CLICK_EVENT];
	const struct ralm_field *user = &line->fields[RALM_CLICK_USER];
	const struct ralm_field *item = &line->fields[RALM_CLICK_ITEM];
	const char *fault;
	line->kept = false;
	if (names_both(parser, user, item))
		return refuse_header(parser, err);
	if (parser->events.wanted.text != NULL &&
	    !ralm_click_events_keep(&parser->events, event->text,
				    event->length)) {
		log->other_events++;
		return 0;
	}
	if (is_missing(parser, user, item)) {
		log->missing_ids++;
		return 0;
	}
	if ((fault = ralm_id_fault(user->text, user->length)) != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "user: %s", fault);
	if ((fault = ralm_id_fault(item->text, item->length)) != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "item: %s", fault);
	ralm_ids_prepare(&line->user, &log->users, user->text, user->length);
	ralm_ids_prepare(&line->item, &log->items, item->text, item->length);
	line->kept = true;
	return 0;
}

static int take_numbers(struct line *line, struct ralm_click_log *log,
			const struct ralm_click_parser *parser,
			struct ralm_error *err)
{
	const struct ralm_field *time = &line->fields[RALM_CLICK_TIME];
	const struct ralm_field *rating = &line->fields[RALM_CLICK_RATING];
	double value = 0;
	line->click.time = 0;
	line->kind = parser->times.kind;
	if (parser->columns.has[RALM_CLICK_TIME] &&
	    ralm_click_times_parse(&line->click.time, &line->kind,
				   &parser->times, time->text, time->length,
				   err) != 0)
		return hint_at_header(parser, err);
	if (parser->columns.has[RALM_CLICK_RATING] &&
	    !ralm_parse_double(&value, rating->text, rating->length))
		return bad_rating(err, parser, rating);
	if (parser->has_min_rating && value < parser->min_rating) {
		log->below_min_rating++;
		line->kept = false;
	}
	return 0;
}

int ralm_click_parser_line(struct ralm_click_log *log,
			   struct ralm_click_parser *parser, char *text,
			   size_t length, struct ralm_error *err)
{
	struct line line;
	if (parser->may_be_header && !parser->no_header &&
	    ralm_click_columns_like_header(&parser->columns, text, length))
		return refuse_header(parser, err);
	if (is_header_again(parser, text, length))
		return refuse_header(parser, err);
	if (ralm_click_columns_cut(line.fields, &parser->columns, text, length,
				   err) != 0 ||
	    take_ids(&line, log, parser, err) != 0)
		return -1;
	if (!line.kept)
		return 0;
	if (take_numbers(&line, log, parser, err) != 0)
		return -1;
	parser->times.kind = line.kind;
	if (!line.kept)
		return 0;
	if (ralm_ids_add_prepared(&line.click.user, &log->users, &line.user,
				  err) != 0 ||
	    ralm_ids_add_prepared(&line.click.item, &log->items, &line.item,
				  err) != 0)
		return -1;
	return ralm_click_log_add(log, &line.click, err);
}
