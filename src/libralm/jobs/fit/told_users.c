#include "jobs/fit/told_users.h"

#include "formats/user_id.h"
#include "formats/user_lines.h"
#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* A line's words on their way into a set. */
struct reading {
	struct ralm_told_users *told;
	uint64_t hash_seed;
	uint64_t *word;
	size_t word_room;
};

static uint64_t add_digest(uint64_t digest, const char *text, size_t length)
{
	/* With the length, so that it matters where a text ends. */
	return XXH3_64bits_withSeed(text, length, digest + length + 1);
}

static int take_word(uint64_t *word, struct ralm_told_users *told,
		     const struct ralm_user_value *value,
		     struct ralm_error *err)
{
	const size_t before = told->words.count;
	uint32_t number;
	if (ralm_ids_add(&number, &told->words, value->slot, value->slot_length,
			 err) != 0)
		return -1;
	*word = number;
	if (told->words.count == before)
		return 0;
	if (RALM_RESERVE(told->word_field, told->word_room, told->words.count,
			 err) != 0)
		return -1;
	told->word_field[number] = value->field;
	return 0;
}

static int take_number(struct ralm_told_users *told, uint32_t user,
		       const struct ralm_user_value *value,
		       struct ralm_error *err)
{
	if (RALM_RESERVE(told->numbers, told->number_room,
			 told->number_count + 1, err) != 0)
		return -1;
	told->numbers[told->number_count++] = (struct ralm_told_number){
		user, value->field, value->number + 0.0}; /* -0 is 0 */
	return 0;
}

static bool is_number(const struct ralm_user_fields *fields,
		      const struct ralm_user_value *value)
{
	return fields->kinds[value->field] == RALM_FIELD_NUMBERS;
}

static int take_line(struct reading *r, const struct ralm_user_line *line,
		     const struct ralm_user_fields *fields,
		     struct ralm_error *err)
{
	struct ralm_told_users *told = r->told;
	size_t words = 0;
	uint32_t user;
	if (RALM_RESERVE(r->word, r->word_room, line->count, err) != 0)
		return -1;
	told->digest = add_digest(told->digest, line->user, line->user_length);
	for (size_t i = 0; i < line->count; i++) {
		const struct ralm_user_value *value = &line->values[i];
		told->digest = add_digest(told->digest, value->slot,
					  value->slot_length);
		if (!is_number(fields, value) &&
		    take_word(&r->word[words++], told, value, err) != 0)
			return -1;
	}
	if (ralm_value_sets_add(&user, &told->sets,
				ralm_user_key(line->user, line->user_length,
					      r->hash_seed),
				r->word, words, err) != 0)
		return -1;
	for (size_t i = 0; i < line->count; i++)
		if (is_number(fields, &line->values[i]) &&
		    take_number(told, user, &line->values[i], err) != 0)
			return -1;
	return 0;
}

int ralm_told_users_read(struct ralm_told_users *told, const char *path,
			 uint64_t hash_seed, struct ralm_error *err)
{
	struct reading r = {.told = told, .hash_seed = hash_seed};
	struct ralm_user_lines lines;
	struct ralm_user_line line;
	int got;
	memset(told, 0, sizeof *told);
	ralm_ids_init(&told->words);
	if (ralm_user_lines_open(&lines, &path, 1, err) != 0)
		return -1;
	while ((got = ralm_user_lines_next(&line, &lines, err)) == 1)
		if (take_line(&r, &line, &lines.parser.fields, err) != 0) {
			got = ralm_error_at(err, lines.reader.name,
					    lines.reader.line, 0);
			break;
		}
	free(r.word);
	told->fields = lines.parser.fields;
	memset(&lines.parser.fields, 0, sizeof lines.parser.fields);
	ralm_user_lines_release(&lines);
	told->digest += told->digest == 0;
	if (got == 0)
		return 0;
	ralm_told_users_release(told);
	return -1;
}

void ralm_told_users_release(struct ralm_told_users *told)
{
	ralm_value_sets_release(&told->sets);
	ralm_ids_release(&told->words);
	ralm_user_fields_release(&told->fields);
	free(told->word_field);
	free(told->numbers);
	memset(told, 0, sizeof *told);
}
