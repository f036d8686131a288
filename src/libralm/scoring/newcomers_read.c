/* Lines of a file about users become sets of the model's values. */
#include "scoring/newcomers.h"

#include "formats/user_id.h"
#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

struct reading {
	struct ralm_told *told; /* NULL: lines are only checked */
	const struct ralm_newcomers *newcomers;
	uint64_t *value;
	size_t room;
};

static int take_line(struct reading *r, const struct ralm_user_line *line,
		     struct ralm_error *err)
{
	struct ralm_told *told = r->told;
	const uint64_t key = ralm_user_key(line->user, line->user_length,
					   r->newcomers->model->hash_seed);
	size_t n = 0;
	uint32_t user;
	if (RALM_RESERVE(r->value, r->room, line->count, err) != 0)
		return -1;
	for (size_t i = 0; i < line->count; i++) {
		const uint32_t value = ralm_value_index_find(
			&r->newcomers->index, &line->values[i]);
		if (value != RALM_INDEX_NONE)
			r->value[n++] = value;
	}
	if (told == NULL || n == 0)
		return 0;
	const size_t before = told->sets.count;
	if (ralm_value_sets_add(&user, &told->sets, key, r->value, n, err) != 0)
		return -1;
	return user < before ? 0
			     : ralm_user_ids_add(&told->ids, user, key,
						 line->user, line->user_length,
						 err);
}

int ralm_told_read(struct ralm_told *told, const struct ralm_newcomers *newcomers,
		   struct ralm_error *err)
{
	const char *const path = newcomers->path;
	struct reading r = {.told = told, .newcomers = newcomers};
	struct ralm_user_lines lines;
	struct ralm_user_line line;
	memset(told, 0, sizeof *told);
	if (ralm_user_lines_open(&lines, &path, 1, err) != 0)
		return -1;
	int got = ralm_value_index_teach(&lines.parser, &newcomers->index, err);
	while (got == 0 && (got = ralm_user_lines_next(&line, &lines, err)) == 1)
		got = take_line(&r, &line, err);
	told->lines = lines.reader.line;
	free(r.value);
	ralm_user_lines_release(&lines);
	if (got == 0 && told->sets.count == 0) {
		ralm_error_set(err, RALM_ERROR_DATA,
			       "nothing that it tells of users has a vector in "
			       "the model");
		got = ralm_error_at(err, path, 0, 0);
	}
	if (got != 0)
		ralm_told_release(told);
	return got;
}

/* Takes lines, the last of which may lack its newline; *count: how many. */
static int take_text(uint64_t *count, struct reading *r, const char *text,
		     size_t length, struct ralm_error *err)
{
	struct ralm_user_parser parser = {.values = NULL};
	struct ralm_user_line line;
	int result = ralm_value_index_teach(&parser, &r->newcomers->index, err);
	for (const char *end = text + length; result == 0 && text < end;) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((newline != NULL ? newline : end) - text);
		const char *next = newline != NULL ? newline + 1 : end;
		n -= n > 0 && text[n - 1] == '\r';
		++*count;
		const int got = ralm_user_parse(&line, &parser, text, n, err);
		result = got == 1 ? take_line(r, &line, err) : got;
		text = next;
	}
	ralm_user_parser_release(&parser);
	return result;
}

int ralm_told_add(struct ralm_told *told, const struct ralm_newcomers *newcomers,
		  const char *text, size_t length, struct ralm_error *err)
{
	struct reading r = {.told = told, .newcomers = newcomers};
	uint64_t count = 0;
	const int result = take_text(&count, &r, text, length, err);
	free(r.value);
	if (result != 0)
		return ralm_error_at(err, newcomers->path,
				     newcomers->told.lines + count, 0);
	if (told != NULL)
		told->lines += count;
	return 0;
}

void ralm_told_release(struct ralm_told *told)
{
	ralm_value_sets_release(&told->sets);
	ralm_user_ids_release(&told->ids);
}
