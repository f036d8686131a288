#include "jobs/expand/expand_ids.h"

#include "formats/id_lines.h"
#include "formats/user_id.h"
#include "ground/memory.h"

#include <stdlib.h>

int ralm_expand_unknown(struct ralm_expand_ids *ids, const char *id,
			size_t length, bool is_error, struct ralm_error *err)
{
	ids->unknown++;
	return is_error ? ralm_error_set(err, RALM_ERROR_DATA,
					 "the model does not know '%.*s'",
					 ralm_shown(length), id)
			: 0;
}

int ralm_expand_ids_each(struct ralm_expand_ids *ids,
			 const struct ralm_model *model,
			 const struct ralm_expand_source *source,
			 const struct ralm_expand_options *options,
			 ralm_expand_take *take, void *context,
			 struct ralm_error *err)
{
	struct ralm_id_lines lines;
	const char *id;
	size_t length;
	int got;
	uint64_t *seen = ralm_aligned_new((model->users.count + 63) / 64, sizeof *seen,
					  err);
	if (seen == NULL)
		return -1;
	if (ralm_id_lines_open(&lines, source->paths, source->path_count,
			       source->column, options->delimiter, err) != 0) {
		free(seen);
		return -1;
	}
	lines.may_be_empty = source->may_be_empty;
	lines.column_option = source->column_option;
	while ((got = ralm_id_lines_next(&id, &length, &lines, err)) == 1) {
		const uint32_t row = ralm_users_find(
			&model->users,
			ralm_user_key(id, length, model->hash_seed));
		ids->count++;
		if (row == RALM_ROW_NONE) {
			got = ralm_expand_unknown(ids, id, length,
						  options->unknown_error, err);
		} else {
			ids->repeated += seen[row / 64] >> row % 64 & 1;
			seen[row / 64] |= UINT64_C(1) << row % 64;
			got = take(context, row, id, length, err);
		}
		if (got != 0) {
			ralm_id_lines_place(err, &lines);
			break;
		}
	}
	ralm_id_lines_release(&lines);
	free(seen);
	return got;
}
