#include "jobs/score/spelled_line.h"

#include "formats/blank.h"
#include "formats/lines.h"
#include "formats/seed_slots.h"
#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

static int copy(struct ralm_spelled_line *to, const char *text, size_t length,
		struct ralm_error *err)
{
	to->length = 0;
	if (length == 0)
		return 0;
	if (RALM_RESERVE(to->text, to->capacity, length, err) != 0)
		return -1;
	memcpy(to->text, text, length);
	to->length = length;
	return 0;
}

/* The end of a line, before its newline or CR LF. */
static const char *line_end(const char *line, const char *end)
{
	const char *newline = memchr(line, '\n', (size_t)(end - line));
	if (newline != NULL)
		end = newline;
	return end > line && end[-1] == '\r' ? end - 1 : end;
}

static bool begins_with_seeds(const char *text, const char *end)
{
	while (text < end) {
		size_t length = (size_t)(line_end(text, end) - text);
		if (!ralm_line_is_blank(text, length))
			return ralm_spells_seeds(text, length);
		text += length;
		while (text < end && (*text == '\r' || *text == '\n'))
			text++;
	}
	return true;
}

/* The last line that spells its seeds, without its newline; NULL: none does. */
static const char *find_last(const char *text, size_t *length)
{
	size_t end = *length;
	while (end > 0) {
		const size_t begin = ralm_whole_lines(text, end - 1);
		*length = (size_t)(line_end(text + begin, text + end) -
				   (text + begin));
		if (ralm_spells_seeds(text + begin, *length))
			return text + begin;
		end = begin;
	}
	return NULL;
}

int ralm_spelled_line_pass(struct ralm_spelled_line *before,
			   struct ralm_spelled_line *last, const char *text,
			   size_t length, struct ralm_error *err)
{
	size_t needed = begins_with_seeds(text, text + length) ? 0
							       : last->length;
	if (copy(before, last->text, needed, err) != 0)
		return -1;
	const char *line = find_last(text, &length);
	return line != NULL ? copy(last, line, length, err) : 0;
}

void ralm_spelled_line_release(struct ralm_spelled_line *line)
{
	free(line->text);
	*line = (struct ralm_spelled_line){0};
}
