/* Evaluation of files: opens everything, and writes files of the result. */
#include "jobs/evaluate/evaluate.h"

#include "ground/atomic_file.h"
#include "ground/processors.h"
#include "jobs/evaluate/html_report.h"
#include "jobs/evaluate/measure_table.h"
#include "jobs/evaluate/print_measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- files beside the measures ------------------------------------------- */

enum { ROC, PR, CALIBRATION, REPORT, OUTPUTS };

struct outputs {
	const char *path[OUTPUTS]; /* NULL: not asked for */
	struct ralm_atomic_file file[OUTPUTS];
	struct ralm_report_words words;
};

static void close_outputs(struct outputs *outputs)
{
	for (int i = 0; i < OUTPUTS; i++)
		ralm_atomic_abort(&outputs->file[i]);
}

/* Opened before the work, so that a place that cannot be written is told at
 * once. */
static int open_outputs(struct outputs *outputs,
			const struct ralm_evaluate_options *options,
			struct ralm_error *err)
{
	*outputs = (struct outputs){
		.path = {[ROC] = options->roc,
			 [PR] = options->pr,
			 [CALIBRATION] = options->calibration,
			 [REPORT] = options->report},
		.words = {options->title,
			  options->compare != NULL &&
					  strcmp(options->compare, "-") == 0
				  ? NULL
				  : options->compare,
			  options->command},
	};
	for (int i = 0; i < OUTPUTS; i++)
		outputs->file[i] = (struct ralm_atomic_file){.fd = -1, .slot = -1};
	for (int i = 0; i < OUTPUTS; i++)
		if (outputs->path[i] != NULL &&
		    ralm_atomic_open(&outputs->file[i], outputs->path[i],
				     err) != 0) {
			close_outputs(outputs);
			return -1;
		}
	return 0;
}

static int put(struct ralm_writer *writer, const struct outputs *outputs,
	       int output, const struct ralm_evaluation *evaluation,
	       struct ralm_error *err)
{
	switch (output) {
	case ROC:
		ralm_evaluation_put_roc(writer, evaluation);
		return 0;
	case PR:
		ralm_evaluation_put_pr(writer, evaluation);
		return 0;
	case CALIBRATION:
		ralm_evaluation_put_calibration(writer, evaluation);
		return 0;
	default:
		return ralm_evaluation_put_report(writer, evaluation,
						  &outputs->words, err);
	}
}

static int write_outputs(struct outputs *outputs,
			 const struct ralm_evaluation *evaluation,
			 struct ralm_error *err)
{
	struct ralm_writer writer;
	for (int i = 0; i < OUTPUTS; i++) {
		if (outputs->path[i] == NULL)
			continue;
		if (ralm_writer_open(&writer, outputs->file[i].fd,
				     outputs->path[i], err) != 0)
			return -1;
		int failed = put(&writer, outputs, i, evaluation, err) != 0 ||
			     ralm_writer_flush(&writer, err) != 0;
		ralm_writer_release(&writer);
		if (failed || ralm_atomic_commit(&outputs->file[i], err) != 0)
			return -1;
	}
	return 0;
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
	};
}

struct ralm_evaluation *
ralm_evaluate(struct ralm_evaluate_summary *summary, const char *const *paths,
	      size_t path_count, const struct ralm_evaluate_options *options,
	      struct ralm_error *err)
{
	struct outputs outputs;
	struct ralm_evaluate_options settled = *options;
	struct ralm_evaluation *evaluation = calloc(1, sizeof *evaluation);
	if (evaluation == NULL) {
		ralm_error_memory(err, sizeof *evaluation);
		return NULL;
	}
	if (open_outputs(&outputs, options, err) != 0) {
		free(evaluation);
		return NULL;
	}
	for (int i = 0; i < OUTPUTS; i++)
		settled.curves = settled.curves || outputs.path[i] != NULL;
	if (settled.threads == 0)
		settled.threads = ralm_processors();
	if (ralm_evaluation_compute(evaluation, paths, path_count, &settled,
				    err) == 0 &&
	    write_outputs(&outputs, evaluation, err) == 0) {
		sum_up(summary, evaluation);
		return evaluation;
	}
	close_outputs(&outputs);
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
	struct ralm_measure_list list;
	double value = NAN;
	if (ralm_evaluation_list(&list, evaluation, NULL) != 0)
		return NAN;
	for (size_t i = 0; i < list.count; i++)
		if (strcmp(list.measures[i].name, name) == 0)
			value = list.measures[i].value;
	free(list.measures);
	return value;
}

int ralm_evaluation_write(int fd, const char *name,
			  const struct ralm_evaluation *evaluation,
			  enum ralm_evaluation_form form,
			  struct ralm_error *err)
{
	struct ralm_writer writer;
	int result = 0;
	if (ralm_writer_open(&writer, fd, name, err) != 0)
		return -1;
	if (form == RALM_EVALUATION_AUC)
		ralm_evaluation_put_auc(&writer, evaluation);
	else if (form == RALM_EVALUATION_JSON)
		result = ralm_evaluation_put_json(&writer, evaluation, err);
	else
		result = ralm_evaluation_put_text(&writer, evaluation, err);
	if (result == 0)
		result = ralm_writer_flush(&writer, err);
	ralm_writer_release(&writer);
	return result;
}

int ralm_evaluations_write(int fd, const char *name,
			   const struct ralm_evaluation *const *evaluations,
			   const char *const *titles, size_t count,
			   enum ralm_evaluation_form form,
			   struct ralm_error *err)
{
	struct ralm_writer writer;
	int result = 0;
	if (ralm_writer_open(&writer, fd, name, err) != 0)
		return -1;
	if (form == RALM_EVALUATION_JSON)
		result = ralm_evaluations_put_json(&writer, evaluations, titles,
						   count, err);
	else if (form == RALM_EVALUATION_TEXT)
		result = ralm_evaluations_put_text(&writer, evaluations, titles,
						   count, err);
	else
		for (size_t i = 0; i < count; i++)
			ralm_evaluation_put_auc(&writer, evaluations[i]);
	if (result == 0)
		result = ralm_writer_flush(&writer, err);
	ralm_writer_release(&writer);
	return result;
}
