#include "formats/vector_lines.h"

#include "formats/blank.h"
#include "formats/ids.h"
#include "ground/memory.h"
#include "ground/numbers.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(err, ...) ralm_error_set(err, RALM_ERROR_DATA, __VA_ARGS__)

/* The next field of a text; *text and *length become what is behind it. A length of 0:
 * there is none. */
static const char *next_field(size_t *field_length, const char **text,
			      size_t *length)
{
	const size_t blanks = ralm_blanks(*text, *length);
	const char *field = *text + blanks;
	*field_length = ralm_word_length(field, *length - blanks);
	*text = field + *field_length;
	*length -= blanks + *field_length;
	return field;
}

static size_t count_fields(const char *line, size_t length)
{
	size_t fields = 0, n;
	while (next_field(&n, &line, &length), n > 0)
		fields++;
	return fields;
}

static int take_number(float *x, size_t number, const char *text, size_t length,
		       struct ralm_error *err)
{
	double value;
	if (ralm_parse_double(&value, text, length)) {
		*x = (float)value;
		if (isfinite(*x))
			return 0;
	}
	return FAIL(err, "number %zu: expected one that single precision holds, "
			 "got '%.*s'",
		    number, ralm_shown(length), text);
}

int ralm_vector_parse(const char **id, size_t *id_length, float *x, size_t D,
		      const char *line, size_t length, struct ralm_error *err)
{
	size_t n;
	const char *text = next_field(&n, &line, &length);
	if (n == 0)
		return 0;
	const char *fault = ralm_id_fault(text, n);
	if (fault != NULL)
		return FAIL(err, "%s", fault);
	const size_t fields = count_fields(line, length);
	if (fields != D)
		return FAIL(err, "%zu numbers, expected %zu (--embedding-size)",
			    fields, D);
	*id = text;
	*id_length = n;
	for (size_t d = 0; d < D; d++) {
		text = next_field(&n, &line, &length);
		if (take_number(&x[d], d + 1, text, n, err) != 0)
			return -1;
	}
	return 1;
}

/* Returns 1 where the line is word2vec's first one, 0 where it is not, or -1 where its
 * vectors have another size. */
static int take_header(struct ralm_vector_lines *lines, const char *line,
		       size_t length, struct ralm_error *err)
{
	uint64_t number[2];
	size_t n;
	if (memchr(line, '\t', length) != NULL || count_fields(line, length) != 2)
		return 0;
	for (int i = 0; i < 2; i++) {
		const char *text = next_field(&n, &line, &length);
		if (!ralm_parse_u64(&number[i], text, n, UINT64_MAX))
			return 0;
	}
	if (number[1] != lines->D)
		return FAIL(err,
			    "vectors of %" PRIu64
			    " numbers, expected %zu (--embedding-size)",
			    number[1], lines->D);
	lines->has_announced = true;
	lines->announced = number[0];
	return 1;
}

int ralm_vector_lines_open(struct ralm_vector_lines *lines, const char *path,
			   size_t D, struct ralm_error *err)
{
	*lines = (struct ralm_vector_lines){.path = path, .D = D};
	lines->x = ralm_aligned_new(D, sizeof *lines->x, err);
	if (lines->x == NULL)
		return -1;
	if (ralm_reader_open(&lines->reader, &lines->path, 1, err) == 0)
		return 0;
	free(lines->x);
	return -1;
}

void ralm_vector_lines_release(struct ralm_vector_lines *lines)
{
	ralm_reader_release(&lines->reader);
	free(lines->x);
}

static int take_line(const char **id, size_t *id_length,
		     struct ralm_vector_lines *lines, const char *line,
		     size_t length, struct ralm_error *err)
{
	if (!lines->begun && !ralm_line_is_blank(line, length)) {
		const int header = take_header(lines, line, length, err);
		lines->begun = true;
		if (header != 0)
			return header < 0 ? -1 : 0;
	}
	const int got = ralm_vector_parse(id, id_length, lines->x, lines->D, line,
					  length, err);
	if (got <= 0)
		return got;
	if (lines->has_announced && lines->count == lines->announced)
		return FAIL(err, "more than the %" PRIu64
				 " vectors that the first line tells of",
			    lines->announced);
	lines->count++;
	return 1;
}

static int check_end(const struct ralm_vector_lines *lines,
		     struct ralm_error *err)
{
	if (lines->has_announced && lines->count < lines->announced)
		return ralm_reader_error(
			&lines->reader, err,
			"%" PRIu64 " vectors, and the first line tells of %" PRIu64,
			lines->count, lines->announced);
	if (lines->count == 0)
		return ralm_input_empty(&lines->path, 1, err, "no vectors");
	return 0;
}

int ralm_vector_lines_next(const char **id, size_t *id_length,
			   struct ralm_vector_lines *lines,
			   struct ralm_error *err)
{
	char *line;
	size_t length;
	int got;
	while ((got = ralm_reader_next(&lines->reader, &line, &length, err)) ==
	       1) {
		got = take_line(id, id_length, lines, line, length, err);
		if (got < 0)
			return ralm_error_at(err, lines->reader.name,
					     lines->reader.line, 0);
		if (got == 1)
			return 1;
	}
	return got < 0 ? -1 : check_end(lines, err);
}
