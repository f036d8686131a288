#include "jobs/expand/expand_files.h"

#include "jobs/expand/expand_report.h"
#include "jobs/expand/seed_scores.h"
#include "model/model.h"
#include "scoring/scorer.h"

#include <string.h>

int ralm_expand_files_open(struct ralm_expand_files *files,
			   const struct ralm_expand_options *options,
			   struct ralm_error *err)
{
	*files = (struct ralm_expand_files){
		.path = {[RALM_EXPAND_CURVE] = options->curve,
			 [RALM_EXPAND_SEED_SCORES] = options->seed_scores,
			 [RALM_EXPAND_REPORT] = options->report},
	};
	for (int i = 0; i < RALM_EXPAND_FILES; i++)
		files->file[i] =
			(struct ralm_atomic_file){.fd = -1, .slot = -1};
	for (int i = 0; i < RALM_EXPAND_FILES; i++)
		if (files->path[i] != NULL &&
		    ralm_atomic_open(&files->file[i], files->path[i], err) != 0)
			return -1;
	return 0;
}

void ralm_expand_files_close(struct ralm_expand_files *files)
{
	for (int i = 0; i < RALM_EXPAND_FILES; i++)
		ralm_atomic_abort(&files->file[i]);
}

/* What the model's file says of itself; NULL: nothing. */
static const char *digest(const struct ralm_scorer *scorer)
{
	const struct ralm_model *model = ralm_scorer_model(scorer);
	return ralm_safetensors_metadata(&model->file, "digest");
}

static int put(struct ralm_writer *writer, int file,
	       const struct ralm_expand_results *results, struct ralm_error *err)
{
	switch (file) {
	case RALM_EXPAND_CURVE:
		ralm_size_curve_put(writer, results->curve);
		return 0;
	case RALM_EXPAND_REPORT:
		ralm_expand_report_put(writer, results->check, results->curve,
				       results->trial, results->title,
				       results->raw, results->command,
				       digest(results->scorer));
		return 0;
	default:
		return results->trial->ran
			       ? ralm_seed_scores_put(
					 writer, &results->trial->held,
					 results->names, results->scorer,
					 results->raw, err)
			       : 0;
	}
}

int ralm_expand_files_write(struct ralm_expand_files *files,
			    const struct ralm_expand_results *results,
			    struct ralm_error *err)
{
	struct ralm_writer writer;
	for (int i = 0; i < RALM_EXPAND_FILES; i++) {
		if (files->path[i] == NULL)
			continue;
		if (ralm_writer_open(&writer, files->file[i].fd, files->path[i],
				     err) != 0)
			return -1;
		const bool failed = put(&writer, i, results, err) != 0 ||
				    ralm_writer_flush(&writer, err) != 0;
		ralm_writer_release(&writer);
		if (failed || ralm_atomic_commit(&files->file[i], err) != 0)
			return -1;
	}
	return 0;
}
