#include "formats/list_set.h"

#include "formats/lines.h"
#include "formats/names.h"
#include "formats/sample_text.h"
#include "ground/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct seed_list {
	size_t first, count; /* its seeds, in the set's keys */
	uint64_t line;       /* of the file */
};

struct ralm_list_set {
	_Atomic size_t holders; /* references */
	struct ralm_names items;
	struct seed_list *lists; /* (items.count) */
	size_t capacity;
	uint64_t *keys; /* of the seeds of all lists */
	size_t key_count, key_capacity;
};

static void set_free(struct ralm_list_set *set)
{
	if (set == NULL)
		return;
	ralm_names_release(&set->items);
	free(set->lists);
	free(set->keys);
	free(set);
}

bool ralm_list_set_find(const uint64_t **keys, size_t *count,
			const struct ralm_list_set *set, const char *item,
			size_t length)
{
	const uint32_t i = ralm_names_find(&set->items, item, length);
	if (i == RALM_INDEX_NONE)
		return false;
	*keys = set->keys + set->lists[i].first;
	*count = set->lists[i].count;
	return true;
}

static int add(struct ralm_list_set *set, const struct ralm_sample_line *line,
	       uint64_t number, struct ralm_error *err)
{
	const size_t n = set->items.count, seeds = line->seed_count;
	uint32_t i;
	if (n >= UINT32_MAX - 1)
		return ralm_error_set(err, RALM_ERROR_DATA, "too many lists");
	if (RALM_RESERVE(set->lists, set->capacity, n + 1, err) != 0 ||
	    RALM_RESERVE(set->keys, set->key_capacity, set->key_count + seeds,
			 err) != 0)
		return -1;
	const int added = ralm_names_add(&i, &set->items, line->item,
					 line->item_length, err);
	if (added == 0)
		return ralm_error_set(
			err, RALM_ERROR_DATA, "item '%.*s' has two lists",
			ralm_shown(line->item_length), line->item);
	if (added < 0)
		return -1;
	set->lists[i] = (struct seed_list){set->key_count, seeds, number};
	memcpy(set->keys + set->key_count, line->seed_keys,
	       seeds * sizeof *set->keys);
	set->key_count += seeds;
	return 0;
}

static int add_line(struct ralm_list_set *set,
		    struct ralm_sample_parser *parser, const char *text,
		    size_t length, uint64_t number, struct ralm_error *err)
{
	struct ralm_sample_line line;
	int parsed = ralm_sample_parse(&line, parser, text, length, err);
	if (parsed <= 0)
		return parsed;
	if (line.item == NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "no item slot");
	if (line.has_target || line.label != RALM_LABEL_NONE)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s does not belong in a seed list",
				      line.has_target ? "target_user"
						      : "label");
	return add(set, &line, number, err);
}

struct ralm_list_set *ralm_list_set_read(const char *path, uint64_t hash_seed,
					 struct ralm_error *err)
{
	struct ralm_reader reader;
	struct ralm_sample_parser parser;
	const char *paths[] = {path};
	struct ralm_list_set *set = calloc(1, sizeof *set);
	if (set == NULL) {
		ralm_error_memory(err, sizeof *set);
		return NULL;
	}
	atomic_init(&set->holders, 1);
	if (ralm_reader_open(&reader, paths, 1, err) != 0) {
		set_free(set);
		return NULL;
	}
	ralm_sample_parser_init(&parser, hash_seed);
	parser.allow_no_target = true;
	char *text;
	size_t length;
	int result;
	while ((result = ralm_reader_next(&reader, &text, &length, err)) == 1)
		if (add_line(set, &parser, text, length, reader.line,
			     err) != 0) {
			ralm_error_at(err, path, reader.line, 0);
			result = -1;
			break;
		}
	ralm_sample_parser_release(&parser);
	ralm_reader_release(&reader);
	if (result == 0 && set->items.count == 0)
		result = ralm_input_empty(paths, 1, err, "no seed lists");
	if (result == 0)
		return set;
	set_free(set);
	return NULL;
}

struct ralm_list_set *ralm_list_set_hold(struct ralm_list_set *set)
{
	atomic_fetch_add(&set->holders, 1);
	return set;
}

void ralm_list_set_give_back(struct ralm_list_set *set)
{
	if (set != NULL && atomic_fetch_sub(&set->holders, 1) == 1)
		set_free(set);
}

size_t ralm_list_set_count(const struct ralm_list_set *set)
{
	return set->items.count;
}

struct ralm_list_entry ralm_list_set_at(const struct ralm_list_set *set,
					size_t i)
{
	const struct seed_list *list = &set->lists[i];
	struct ralm_list_entry entry = {
		.keys = set->keys + list->first,
		.count = list->count,
		.line = list->line,
	};
	entry.item = ralm_names_text(&set->items, (uint32_t)i,
				     &entry.item_length);
	return entry;
}
