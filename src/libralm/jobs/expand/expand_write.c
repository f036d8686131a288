#include "jobs/expand/expand_write.h"

#include "formats/lines.h"
#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- names of files ------------------------------------------------------ */

/* The place of the one %s of a pattern; NULL: there is none. */
static const char *place_of_item(const char *pattern)
{
	return pattern != NULL ? strstr(pattern, "%s") : NULL;
}

/* The file of a list, to be freed. */
static char *path_of(const char *pattern, const struct ralm_expand_list *list,
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

static int check_item(const struct ralm_expand_list *list,
		      struct ralm_error *err)
{
	const char *item = list->item;
	const size_t length = list->item_length;
	if (memchr(item, '/', length) == NULL && item[0] != '.')
		return 0;
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "item '%.*s' cannot be part of a file's name",
			      length > 80 ? 80 : (int)length, item);
}

int ralm_expand_write_open(struct ralm_atomic_file *file,
			   const struct ralm_expand_lists *lists,
			   const struct ralm_expand_options *options,
			   struct ralm_error *err)
{
	const char *output = options->output, *place = place_of_item(output);
	if (output == NULL)
		return 0;
	if (place == NULL)
		return ralm_atomic_open(file, output, err);
	if (lists->set == NULL || strstr(place + 2, "%s") != NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--output: '%s': one %%s is for the item of a list (--lists)",
				      output);
	for (size_t i = 0; i < lists->count; i++)
		if (check_item(&lists->list[i], err) != 0)
			return ralm_error_at(err, options->lists, 0, 0);
	char *path = path_of(output, &lists->list[0], err);
	if (path == NULL)
		return -1;
	int result = ralm_atomic_open(file, path, err);
	ralm_atomic_abort(file);
	free(path);
	return result;
}

/* ---- lines --------------------------------------------------------------- */

struct output {
	struct ralm_expand_counts *counts;
	const struct ralm_scorer *scorer;
	const struct ralm_expand_size *size;
	bool raw;
};

static int put_audience(struct ralm_writer *writer, const struct output *out,
			const struct ralm_expand_list *list, bool with_item,
			struct ralm_error *err)
{
	const struct ralm_audience *audience = &list->audience;
	char digits[RALM_USER_ID_DIGITS];
	const char *id;
	size_t length;
	bool any = false;
	for (size_t i = list->from; i < audience->count; i++) {
		const float cosine = ralm_audience_cosine(audience, i);
		const float value =
			out->raw ? cosine
				 : ralm_scorer_score(out->scorer, cosine);
		if (out->size->above && value < out->size->least)
			continue;
		if (ralm_candidate_id(&id, &length, digits, audience->candidates,
				      ralm_audience_row(audience, i), err) != 0)
			return -1;
		ralm_writer_put(writer, id, length);
		ralm_writer_put_char(writer, '\t');
		ralm_writer_put_real(writer, (double)value);
		if (with_item) {
			ralm_writer_put_char(writer, '\t');
			ralm_writer_put(writer, list->item, list->item_length);
		}
		ralm_writer_put_char(writer, '\n');
		out->counts->chosen++;
		any = true;
	}
	out->counts->none_above += !any;
	return 0;
}

/* `count` lists into a descriptor. */
static int write_lists(int fd, const char *name, const struct output *out,
		       const struct ralm_expand_list *list, size_t count,
		       bool with_item, struct ralm_error *err)
{
	struct ralm_writer writer;
	int result = 0;
	if (ralm_writer_open(&writer, fd, name, err) != 0)
		return -1;
	for (size_t i = 0; i < count && result == 0; i++)
		result = put_audience(&writer, out, &list[i], with_item, err);
	if (result == 0)
		result = ralm_writer_flush(&writer, err);
	ralm_writer_release(&writer);
	return result;
}

static int write_file(struct ralm_atomic_file *file, const char *path,
		      const struct output *out,
		      const struct ralm_expand_list *list, size_t count,
		      bool with_item, struct ralm_error *err)
{
	if (write_lists(file->fd, path, out, list, count, with_item, err) == 0)
		return ralm_atomic_commit(file, err);
	ralm_atomic_abort(file);
	return -1;
}

static int write_own_file(struct ralm_atomic_file *file, const char *pattern,
			  const struct output *out,
			  const struct ralm_expand_list *list,
			  struct ralm_error *err)
{
	char *path = path_of(pattern, list, err);
	int result = -1;
	if (path != NULL && ralm_atomic_open(file, path, err) == 0)
		result = write_file(file, path, out, list, 1, true, err);
	free(path);
	return result;
}

int ralm_expand_write(struct ralm_expand_counts *counts,
		      const struct ralm_expand_lists *lists,
		      const struct ralm_scorer *scorer,
		      const struct ralm_expand_size *size,
		      struct ralm_atomic_file *file, int fd, const char *name,
		      const struct ralm_expand_options *options,
		      struct ralm_error *err)
{
	const struct output out = {counts, scorer, size, options->raw};
	const bool with_item = lists->set != NULL;
	if (options->output == NULL)
		return write_lists(fd, name, &out, lists->list, lists->count,
				   with_item, err);
	if (place_of_item(options->output) == NULL)
		return write_file(file, options->output, &out, lists->list,
				  lists->count, with_item, err);
	int result = 0;
	for (size_t i = 0; i < lists->count && result == 0; i++)
		result = write_own_file(file, options->output, &out,
					&lists->list[i], err);
	return result;
}
