#include "formats/list_set.h"

#include "formats/lines.h"
#include "formats/sample_text.h"
#include "ground/index.h"
#include "ground/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct named {
	size_t name, name_length; /* in names */
	size_t first, count;      /* in keys */
	uint64_t line;            /* of the file */
};

struct ralm_list_set {
	_Atomic size_t holders;
	struct named *lists;
	size_t count, capacity;
	uint64_t *hashes; /* (count) of their names */
	size_t hash_capacity;
	struct ralm_index index; /* of the hashes */
	char *names;
	size_t names_length, names_capacity;
	uint64_t *keys;
	size_t key_count, key_capacity;
};

static void set_free(struct ralm_list_set *set)
{
	if (set == NULL)
		return;
	free(set->lists);
	free(set->hashes);
	ralm_index_release(&set->index);
	free(set->names);
	free(set->keys);
	free(set);
}

static const struct named *find(const struct ralm_list_set *set, uint64_t hash,
				const char *item, size_t length)
{
	size_t slot = ralm_index_home(&set->index, hash);
	uint32_t i;
	while ((i = ralm_index_next(&slot, &set->index, set->hashes, set->count,
				    hash)) != RALM_INDEX_NONE) {
		const struct named *list = &set->lists[i];
		if (list->name_length == length &&
		    memcmp(set->names + list->name, item, length) == 0)
			return list;
	}
	return NULL;
}

bool ralm_list_set_find(const uint64_t **keys, size_t *count,
			const struct ralm_list_set *set, const char *item,
			size_t length)
{
	const struct named *list =
		find(set, XXH3_64bits(item, length), item, length);
	if (list == NULL)
		return false;
	*keys = set->keys + list->first;
	*count = list->count;
	return true;
}

/* Adds the list of a line. */
static int add(struct ralm_list_set *set, const struct ralm_sample_line *line,
	       uint64_t number, struct ralm_error *err)
{
	uint64_t hash = XXH3_64bits(line->item, line->item_length);
	if (set->count >= UINT32_MAX - 1)
		return ralm_error_set(err, RALM_ERROR_DATA, "too many lists");
	if (ralm_array_reserve(&set->lists, &set->capacity, set->count + 1,
			       sizeof *set->lists, err) != 0 ||
	    ralm_array_reserve(&set->names, &set->names_capacity,
			       set->names_length + line->item_length, 1,
			       err) != 0 ||
	    ralm_array_reserve(&set->keys, &set->key_capacity,
			       set->key_count + line->seed_count,
			       sizeof *set->keys, err) != 0 ||
	    ralm_array_reserve(&set->hashes, &set->hash_capacity,
			       set->count + 1, sizeof *set->hashes, err) != 0 ||
	    ralm_index_reserve(&set->index, set->hashes, set->count, err) != 0)
		return -1;
	set->lists[set->count] = (struct named){
		.name = set->names_length,
		.name_length = line->item_length,
		.first = set->key_count,
		.count = line->seed_count,
		.line = number,
	};
	memcpy(set->names + set->names_length, line->item, line->item_length);
	memcpy(set->keys + set->key_count, line->seed_keys,
	       line->seed_count * sizeof *set->keys);
	set->names_length += line->item_length;
	set->key_count += line->seed_count;
	set->hashes[set->count] = hash;
	ralm_index_put(&set->index, hash, (uint32_t)set->count++);
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
				      "a seed list has no %s slot",
				      line.has_target ? "target_user"
						      : "label");
	uint64_t hash = XXH3_64bits(line.item, line.item_length);
	if (find(set, hash, line.item, line.item_length) != NULL)
		return ralm_error_set(
			err, RALM_ERROR_DATA, "item '%.*s' has two lists",
			line.item_length < 40 ? (int)line.item_length : 40,
			line.item);
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
	if (result == 0 && set->count == 0)
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
	return set->count;
}

struct ralm_list_entry ralm_list_set_at(const struct ralm_list_set *set,
					size_t i)
{
	const struct named *list = &set->lists[i];
	return (struct ralm_list_entry){
		.item = set->names + list->name,
		.item_length = list->name_length,
		.keys = set->keys + list->first,
		.count = list->count,
		.line = list->line,
	};
}
