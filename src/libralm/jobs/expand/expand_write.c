#include "jobs/expand/expand_write.h"

#include <stdlib.h>
#include <string.h>

/* ---- names of files ------------------------------------------------------ */

/* The place of the one %s of a pattern; NULL: there is none. */
static const char *place_of_item(const char *pattern)
{
	return pattern != NULL ? strstr(pattern, "%s") : NULL;
}

void ralm_expand_use_files(struct ralm_used_files *used,
			   const struct ralm_scorer *scorer,
			   const char *const *paths, size_t path_count, int fd,
			   const char *name, const struct ralm_expand_options *o)
{
	ralm_scorer_use_files(used, scorer);
	ralm_use_file(used, RALM_FILE_READ, "--lists", o->lists);
	ralm_use_file(used, RALM_FILE_READ, "--candidates", o->candidates);
	if (o->like == NULL && (o->lists == NULL || o->best > 0))
		ralm_use_inputs(used, paths, path_count);
	for (size_t i = 0; i < o->exclude_count; i++)
		ralm_use_file(used, RALM_FILE_READ, "--exclude", o->exclude[i]);
	for (size_t i = 0; i < o->read_count; i++)
		ralm_use_file(used, RALM_FILE_READ, o->reads[i], o->reads[i]);
	ralm_use_file(used, RALM_FILE_REPLACE, "--curve", o->curve);
	ralm_use_file(used, RALM_FILE_REPLACE, "--seed-scores", o->seed_scores);
	ralm_use_file(used, RALM_FILE_REPLACE, "--report", o->report);
	if (o->output == NULL && !o->no_audience)
		ralm_use_descriptor(used, fd, name);
	else if (place_of_item(o->output) == NULL)
		ralm_use_file(used, RALM_FILE_REPLACE, "--output", o->output);
}

/* The file of a list, to be freed. */
static char *path_of(const char *pattern, const struct ralm_list_entry *list,
		     struct ralm_error *err)
{
	const char *place = place_of_item(pattern);
	const size_t before = (size_t)(place - pattern);
	char *path = malloc(strlen(pattern) + list->item_length);
	if (path == NULL) {
		ralm_error_memory(err, strlen(pattern) + list->item_length);
		return NULL;
	}
	memcpy(path, pattern, before);
	memcpy(path + before, list->item, list->item_length);
	strcpy(path + before + list->item_length, place + 2);
	return path;
}

static int check_item(const struct ralm_list_entry *list,
		      struct ralm_error *err)
{
	const char *item = list->item;
	const size_t length = list->item_length;
	if (memchr(item, '/', length) == NULL && item[0] != '.')
		return 0;
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "item '%.*s' cannot be part of a file's name",
			      ralm_shown(length), item);
}

/* Before anything is written, since the items are those of a file, which may be
 * anybody's. */
static int check_paths(const struct ralm_list_set *set,
		       const struct ralm_used_files *used, const char *pattern,
		       struct ralm_error *err)
{
	int result = 0;
	for (size_t i = 0; i < ralm_list_set_count(set) && result == 0; i++) {
		const struct ralm_list_entry list = ralm_list_set_at(set, i);
		char *path = path_of(pattern, &list, err);
		if (path == NULL)
			return -1;
		if (ralm_used_files_read(used, path))
			result = ralm_error_set(err, RALM_ERROR_CONFIG,
						"--output: '%s' is a file that is read",
						path);
		free(path);
	}
	return result;
}

int ralm_expand_write_open(struct ralm_atomic_file *file,
			   const struct ralm_expand_lists *lists,
			   const struct ralm_used_files *used,
			   const struct ralm_expand_options *options,
			   struct ralm_error *err)
{
	const char *output = options->output, *place = place_of_item(output);
	if (output == NULL)
		return 0;
	if (place == NULL)
		return ralm_atomic_open(file, output, err);
	if (lists->set == NULL || options->best > 0 ||
	    strstr(place + 2, "%s") != NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--output: '%s': one %%s is for the item of a list (--lists)",
				      output);
	for (size_t i = 0; i < ralm_list_set_count(lists->set); i++) {
		const struct ralm_list_entry list = ralm_list_set_at(lists->set, i);
		if (check_item(&list, err) != 0)
			return ralm_error_at(err, options->lists, list.line, 0);
	}
	if (check_paths(lists->set, used, output, err) != 0)
		return -1;
	const struct ralm_list_entry first = ralm_list_set_at(lists->set, 0);
	char *path = path_of(output, &first, err);
	if (path == NULL)
		return -1;
	int result = ralm_atomic_open(file, path, err);
	ralm_atomic_abort(file);
	free(path);
	return result;
}

/* ---- lines --------------------------------------------------------------- */

bool ralm_expand_put(struct ralm_writer *writer,
		     const struct ralm_expand_output *output, const char *id,
		     size_t length, float cosine,
		     const struct ralm_expand_list *item)
{
	const float value = output->raw
				    ? cosine
				    : ralm_scorer_score(output->scorer, cosine);
	if (output->size->has_min_score &&
	    value < output->size->min_score)
		return false;
	ralm_writer_put(writer, id, length);
	ralm_writer_put_char(writer, '\t');
	ralm_writer_put_real(writer, (double)value);
	if (item != NULL) {
		ralm_writer_put_char(writer, '\t');
		ralm_writer_put(writer, item->item, item->item_length);
	}
	ralm_writer_put_char(writer, '\n');
	return true;
}

/* What is written to one place. */
struct part {
	struct ralm_expand_counts *counts;
	const struct ralm_expand_output *output;
	const struct ralm_expand_list *list;
	size_t count;
	bool with_item;
};

static int put_audience(struct ralm_writer *writer, const struct part *part,
			const struct ralm_expand_list *list,
			struct ralm_error *err)
{
	const struct ralm_audience *audience = &list->audience;
	char digits[RALM_USER_ID_DIGITS];
	const char *id;
	size_t length;
	uint64_t chosen = 0;
	for (size_t i = list->from; i < audience->count && i < list->end; i++) {
		if (ralm_user_names_get(&id, &length, digits, audience->names,
					ralm_audience_row(audience, i),
					err) != 0)
			return -1;
		chosen += ralm_expand_put(writer, part->output, id, length,
					  ralm_audience_cosine(audience, i),
					  part->with_item ? list : NULL);
	}
	part->counts->chosen += chosen;
	part->counts->none_above += chosen == 0;
	return 0;
}

static int put_part(struct ralm_writer *writer, void *context,
		    struct ralm_error *err)
{
	const struct part *part = context;
	for (size_t i = 0; i < part->count; i++)
		if (put_audience(writer, part, &part->list[i], err) != 0)
			return -1;
	return 0;
}

/* ---- places -------------------------------------------------------------- */

static int write_to(int fd, const char *name, ralm_expand_put_all *put,
		    void *context, struct ralm_error *err)
{
	struct ralm_writer writer;
	if (ralm_writer_open(&writer, fd, name, err) != 0)
		return -1;
	const int result = put(&writer, context, err);
	return ralm_writer_close(&writer, result, err);
}

int ralm_expand_write_one(const struct ralm_expand_output *output,
			  ralm_expand_put_all *put, void *context,
			  struct ralm_error *err)
{
	if (output->pattern == NULL)
		return write_to(output->fd, output->name, put, context, err);
	if (write_to(output->file->fd, output->pattern, put, context, err) == 0)
		return ralm_atomic_commit(output->file, err);
	ralm_atomic_abort(output->file);
	return -1;
}

/* The file of one list; part->count 0: it is empty. */
static int write_own(const struct part *part, const struct ralm_list_entry *list,
		     struct ralm_error *err)
{
	struct ralm_expand_output own = *part->output;
	struct part one = *part;
	char *path = path_of(own.pattern, list, err);
	int result = -1;
	own.pattern = path;
	one.output = &own;
	if (path != NULL && ralm_atomic_open(own.file, path, err) == 0)
		result = ralm_expand_write_one(&own, put_part, &one, err);
	free(path);
	return result;
}

int ralm_expand_write(struct ralm_expand_counts *counts,
		      const struct ralm_expand_lists *lists,
		      const struct ralm_expand_output *output,
		      struct ralm_error *err)
{
	struct part part = {counts, output, lists->list, lists->count,
			    lists->set != NULL};
	const struct ralm_expand_list *const end = lists->list + lists->count;
	if (place_of_item(output->pattern) == NULL)
		return ralm_expand_write_one(output, put_part, &part, err);
	/* One without a known seed is in the set alone: its file is empty, so that none
	 * of an earlier run is taken for its audience. */
	for (size_t i = 0; i < ralm_list_set_count(lists->set); i++) {
		const struct ralm_list_entry list = ralm_list_set_at(lists->set, i);
		part.count = part.list < end && part.list->item == list.item;
		if (write_own(&part, &list, err) != 0)
			return -1;
		part.list += part.count;
	}
	return 0;
}
