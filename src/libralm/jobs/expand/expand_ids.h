/* Files of users' ids: candidates, who is excluded, and whose lists are wanted. */
#ifndef RALM_JOBS_EXPAND_EXPAND_IDS_H
#define RALM_JOBS_EXPAND_EXPAND_IDS_H

#include "model/model.h"

/* Counts an id of a file that the model does not know; -1 where that is an error
 * (struct ralm_expand_options). */
int ralm_expand_unknown(struct ralm_expand_ids *ids, const char *id,
			size_t length, bool is_error,
			struct ralm_error *err) RALM_MUST_CHECK;

/* Takes a user who has that row in the model; id is valid until it returns. */
typedef int ralm_expand_take(void *context, uint32_t row, const char *id,
			     size_t length, struct ralm_error *err);

/* Files of ids that are read one behind the other. */
struct ralm_expand_source {
	const char *const *paths;
	size_t path_count;
	const char *column, *column_option; /* as in formats/id_lines.h */
	bool may_be_empty; /* else it is an error where they have no id */
};

/* Calls take for each id of the files that the model knows, in order. ids gets what
 * these files have; `repeated` are those that came before in them, which are taken like
 * others. An error has its file and line. */
int ralm_expand_ids_each(struct ralm_expand_ids *ids,
			 const struct ralm_model *model,
			 const struct ralm_expand_source *source,
			 const struct ralm_expand_options *options,
			 ralm_expand_take *take, void *context,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
