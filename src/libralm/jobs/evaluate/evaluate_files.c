/* Evaluation of files: opens everything, and writes files of the result. */
#include "jobs/evaluate/evaluate.h"

#include "formats/output_files.h"
#include "formats/safetensors.h"
#include "ground/processors.h"
#include "ground/used_files.h"
#include "jobs/evaluate/html_report.h"
#include "jobs/evaluate/print_measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- files beside the measures ------------------------------------------- */

enum { ROC, PR, CALIBRATION, REPORT };

static struct ralm_output_files
outputs_of(const struct ralm_evaluate_options *options)
{
	return (struct ralm_output_files){
		.path = {[ROC] = options->roc,
			 [PR] = options->pr,
			 [CALIBRATION] = options->calibration,
			 [REPORT] = options->report},
	};
}

static int check_files(const char *const *paths, size_t path_count,
		       const struct ralm_evaluate_options *o,
		       struct ralm_error *err)
{
	struct ralm_used_files used = {.files = NULL};
	ralm_use_inputs(&used, paths, path_count);
	ralm_use_file(&used, RALM_FILE_READ, "--compare", o->compare);
	ralm_use_file(&used, RALM_FILE_READ, "--model", o->model);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--roc", o->roc);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--pr", o->pr);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--calibration", o->calibration);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--report", o->report);
	return ralm_used_files_settle(&used, err);
}

/* What the files are written of. */
struct evaluated {
	const struct ralm_evaluation *evaluation;
	const struct ralm_evaluate_options *options;
	char digest[RALM_DIGEST_SIZE]; /* of the model; "": not asked for */
};

static int put(struct ralm_writer *writer, int file, void *context,
	       struct ralm_error *err)
{
	const struct evaluated *e = context;
	(void)err;
	switch (file) {
	case ROC:
		ralm_evaluation_put_roc(writer, e->evaluation);
		return 0;
	case PR:
		ralm_evaluation_put_pr(writer, e->evaluation);
		return 0;
	case CALIBRATION:
		ralm_evaluation_put_calibration(writer, e->evaluation);
		return 0;
	default:
		ralm_evaluation_put_report(writer, e->evaluation, e->options,
					   e->digest);
		return 0;
	}
}

/* ---- the interface ------------------------------------------------------- */

static void sum_up(struct ralm_evaluate_summary *summary,
		   const struct ralm_evaluation *evaluation)
{
	if (summary == NULL)
		return;
	*summary = (struct ralm_evaluate_summary){
		.lines = {evaluation->measures.count[0],
			  evaluation->measures.count[1]},
		.weightless = evaluation->left_out.weightless,
		.blank = evaluation->left_out.blank,
		.weights_vanish = evaluation->weights_vanish,
	};
}

struct ralm_evaluation *
ralm_evaluate(struct ralm_evaluate_summary *summary, const char *const *paths,
	      size_t path_count, const struct ralm_evaluate_options *options,
	      struct ralm_error *err)
{
	struct ralm_output_files outputs = outputs_of(options);
	struct ralm_evaluate_options settled = *options;
	struct ralm_evaluation *evaluation = calloc(1, sizeof *evaluation);
	if (evaluation == NULL) {
		ralm_error_memory(err, sizeof *evaluation);
		return NULL;
	}
	struct evaluated evaluated = {evaluation, options, ""};
	for (int i = 0; i < RALM_OUTPUT_FILES_MAX; i++)
		settled.curves = settled.curves || outputs.path[i] != NULL;
	settled.threads = ralm_threads_wanted(options->threads);
	if (check_files(paths, path_count, options, err) == 0 &&
	    (options->model == NULL ||
	     ralm_safetensors_digest_of(evaluated.digest, options->model,
					err) == 0) &&
	    ralm_output_files_open(&outputs, err) == 0 &&
	    ralm_evaluation_compute(evaluation, paths, path_count, &settled,
				    err) == 0 &&
	    ralm_output_files_write(&outputs, put, &evaluated, err) == 0) {
		sum_up(summary, evaluation);
		return evaluation;
	}
	ralm_output_files_close(&outputs);
	ralm_evaluation_free(evaluation);
	return NULL;
}

void ralm_evaluation_free(struct ralm_evaluation *evaluation)
{
	if (evaluation != NULL)
		ralm_evaluation_release(evaluation);
	free(evaluation);
}

double ralm_evaluation_measure(const struct ralm_evaluation *evaluation,
			       const char *name)
{
	const struct ralm_measure_list *list = &evaluation->list;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->measures[i].name, name) == 0)
			return list->measures[i].value;
	return NAN;
}

static int open_form(struct ralm_writer *writer, int fd, const char *name,
		     enum ralm_evaluation_form form, struct ralm_error *err)
{
	return ralm_check_enumerator("form", form, RALM_EVALUATION_AUC, err) != 0
		       ? -1
		       : ralm_writer_open(writer, fd, name, err);
}

int ralm_evaluation_write(int fd, const char *name,
			  const struct ralm_evaluation *evaluation,
			  enum ralm_evaluation_form form,
			  struct ralm_error *err)
{
	struct ralm_writer writer;
	if (open_form(&writer, fd, name, form, err) != 0)
		return -1;
	if (form == RALM_EVALUATION_AUC)
		ralm_evaluation_put_auc(&writer, evaluation);
	else if (form == RALM_EVALUATION_JSON)
		ralm_evaluation_put_json(&writer, evaluation);
	else
		ralm_evaluation_put_text(&writer, evaluation);
	return ralm_writer_close(&writer, 0, err);
}

int ralm_evaluations_write(int fd, const char *name,
			   const struct ralm_evaluation *const *evaluations,
			   const char *const *titles, size_t count,
			   enum ralm_evaluation_form form,
			   struct ralm_error *err)
{
	struct ralm_writer writer;
	int result = 0;
	if (open_form(&writer, fd, name, form, err) != 0)
		return -1;
	if (form == RALM_EVALUATION_JSON)
		ralm_evaluations_put_json(&writer, evaluations, titles, count);
	else if (form == RALM_EVALUATION_TEXT)
		result = ralm_evaluations_put_text(&writer, evaluations, titles,
						   count, err);
	else
		for (size_t i = 0; i < count; i++)
			ralm_evaluation_put_auc(&writer, evaluations[i]);
	return ralm_writer_close(&writer, result, err);
}
