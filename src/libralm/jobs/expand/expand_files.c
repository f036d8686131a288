#include "jobs/expand/expand_files.h"

#include "jobs/expand/expand_report.h"
#include "jobs/expand/seed_scores.h"
#include "model/model.h"
#include "scoring/scorer.h"

struct ralm_output_files
ralm_expand_files(const struct ralm_expand_options *options)
{
	return (struct ralm_output_files){
		.path = {[RALM_EXPAND_CURVE] = options->curve,
			 [RALM_EXPAND_SEED_SCORES] = options->seed_scores,
			 [RALM_EXPAND_REPORT] = options->report},
	};
}

/* The digest in the model's file; NULL: it has none. */
static const char *digest(const struct ralm_scorer *scorer)
{
	const struct ralm_model *model = ralm_scorer_model(scorer);
	return ralm_safetensors_metadata(&model->file, "digest");
}

int ralm_expand_files_put(struct ralm_writer *writer, int file, void *context,
			  struct ralm_error *err)
{
	const struct ralm_expand_results *results = context;
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
