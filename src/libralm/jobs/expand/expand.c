/* From seeds to an audience: every candidate is compared with every list, in blocks
 * that threads share; of each list the best are kept. */
#include "jobs/expand/best_lists.h"

#include "formats/output_files.h"
#include "ground/memory.h"
#include "ground/processors.h"
#include "jobs/expand/expand_report.h"
#include "jobs/expand/seed_scores.h"
#include "scoring/device_scoring.h"
#include "scoring/scorer.h"

#include <stdlib.h>
#include <string.h>

/* Words of the candidates' bits that a thread takes at a time. */
enum { WORDS = 16 };

/* ---- one pass over the candidates ---------------------------------------- */

struct pass {
	const struct ralm_candidates *candidates;
	struct ralm_expand_lists *lists;
	struct ralm_expand_progress *progress;
	struct ralm_candidate_walk walk; /* of devices, over all candidates */
};

static int compare_block(struct pass *pass, struct ralm_target_block *block,
			 const uint32_t *rows, size_t count,
			 struct ralm_error *err)
{
	ralm_target_block_fill(block, rows, count);
	for (size_t i = 0; i < pass->lists->count; i++) {
		struct ralm_expand_list *list = &pass->lists->list[i];
		float cosine[RALM_TARGET_BLOCK];
		if (ralm_target_block_cosines(cosine, block, &list->ready,
					      err) != 0 ||
		    ralm_expand_list_add(list, rows, cosine, count, err) != 0)
			return -1;
	}
	return 0;
}

static int compare_words(void *context, size_t i,
			 struct ralm_target_block *block,
			 struct ralm_error *err)
{
	struct pass *pass = context;
	const struct ralm_candidates *c = pass->candidates;
	const size_t begin = i * WORDS;
	struct ralm_candidate_walk walk = {
		.candidates = c,
		.word = begin,
		.end = c->words - begin < WORDS ? c->words : begin + WORDS,
	};
	uint32_t rows[RALM_TARGET_BLOCK];
	size_t count;
	while ((count = ralm_candidates_next(rows, &walk, RALM_TARGET_BLOCK)) > 0)
		if (compare_block(pass, block, rows, count, err) != 0)
			return -1;
	ralm_expand_progress_add(pass->progress);
	return 0;
}

static int compare_by_threads(struct ralm_expand_lists *lists,
			      const struct ralm_candidates *candidates,
			      const struct ralm_scorer *scorer,
			      struct ralm_threads *threads,
			      struct ralm_expand_progress *progress,
			      struct ralm_error *err)
{
	struct pass pass = {.candidates = candidates,
			    .lists = lists,
			    .progress = progress};
	const size_t pieces = (candidates->words + WORDS - 1) / WORDS;
	progress->total = pieces;
	return ralm_target_blocks_each(threads, pieces, compare_words, &pass,
				       scorer, lists->longest, err);
}

static size_t next_candidates(void *context, uint32_t *rows, size_t most)
{
	struct pass *pass = context;
	return ralm_candidates_next(rows, &pass->walk, most);
}

static int take_cosines(void *context, size_t l, const uint32_t *rows,
			const float *cosine, size_t count, struct ralm_error *err)
{
	const struct pass *pass = context;
	if (ralm_expand_list_add(&pass->lists->list[l], rows, cosine, count,
				 err) != 0)
		return -1;
	ralm_expand_progress_add(pass->progress);
	return 0;
}

static int compare_by_devices(struct ralm_expand_lists *lists,
			      const struct ralm_candidates *candidates,
			      const struct ralm_scorer *scorer,
			      struct ralm_threads *threads,
			      struct ralm_expand_progress *progress,
			      struct ralm_error *err)
{
	struct pass pass = {
		.lists = lists,
		.progress = progress,
		.walk = {.candidates = candidates, .end = candidates->words},
	};
	const struct ralm_ready_list **ready =
		ralm_aligned_new(lists->count, sizeof *ready, err);
	if (ready == NULL)
		return -1;
	for (size_t l = 0; l < lists->count; l++)
		ready[l] = &lists->list[l].ready;
	progress->total = lists->count *
			  ((candidates->count + RALM_TARGET_BLOCK - 1) /
			   RALM_TARGET_BLOCK);
	const int result = ralm_device_compare(scorer, ready, lists->count,
					       next_candidates, take_cosines,
					       &pass, threads, err);
	free(ready);
	return result;
}

static int compare_all(struct ralm_expand_lists *lists,
		       const struct ralm_candidates *candidates,
		       const struct ralm_scorer *scorer,
		       struct ralm_threads *threads,
		       struct ralm_expand_progress *progress,
		       struct ralm_error *err)
{
	if (lists->list[0].audience.most == 0) /* nobody is wanted */
		return 0;
	if ((scorer->devices != NULL ? compare_by_devices
				     : compare_by_threads)(
		    lists, candidates, scorer, threads, progress, err) != 0)
		return -1;
	for (size_t i = 0; i < lists->count; i++)
		ralm_audience_sort(&lists->list[i].audience, threads);
	return 0;
}

/* ---- all ----------------------------------------------------------------- */

struct expansion {
	struct ralm_expand_counts *counts;
	const struct ralm_scorer *scorer;
	const struct ralm_expand_options *options;
	const char *const *paths; /* (path_count) of seeds, or of users */
	size_t path_count;
	struct ralm_expand_size size;
	struct ralm_expand_lists lists;
	struct ralm_user_names names;
	struct ralm_candidates candidates;
	struct ralm_best_lists best;
	struct ralm_threads *threads;
	struct ralm_size_curve curve;
	struct ralm_seed_trial trial;
	struct ralm_atomic_file file;
	struct ralm_output_files files;
	const struct ralm_used_files *used;
	struct ralm_expand_progress progress;
};

int ralm_expand_check(const struct ralm_expand_options *options,
		      struct ralm_error *err)
{
	const bool lists = options->lists != NULL, like = options->like != NULL;
	const char *of_seeds = ralm_seed_check_option(options);
	if (options->best > 0 && !lists)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--best needs --lists");
	if (like && lists)
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--like and --lists: one of them has the seeds");
	if (of_seeds != NULL && (like || lists))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--%s is for the seeds of files of ids",
				      of_seeds);
	return 0;
}

/* What audiences, and the best lists, begin with. paths: the files of seeds, if these
 * are in files of ids. */
static int begin(struct expansion *e, const char *const *paths,
		 size_t path_count, struct ralm_error *err)
{
	const struct ralm_expand_options *options = e->options;
	if (ralm_expand_size_parse(&e->size, options, err) != 0 ||
	    ralm_user_names_init(&e->names, e->scorer->model, err) != 0 ||
	    ralm_expand_lists_read(&e->lists, e->counts, &e->names, paths,
				   path_count, options, err) != 0 ||
	    ralm_expand_write_open(&e->file, &e->lists, e->used, options, err) != 0)
		return -1;
	e->threads = ralm_threads_new(ralm_threads_wanted(options->threads), err);
	return e->threads != NULL ? 0 : -1;
}

/* The files that tell more of one list of seeds than its audience. */
enum { CURVE, SEED_SCORES, REPORT };

/* The digest in the model's file; NULL: it has none. */
static const char *digest(const struct ralm_scorer *scorer)
{
	const struct ralm_model *model = scorer->model;
	return ralm_safetensors_metadata(&model->file, "digest");
}

static int put_file(struct ralm_writer *writer, int file, void *context,
		    struct ralm_error *err)
{
	const struct expansion *e = context;
	switch (file) {
	case CURVE:
		ralm_size_curve_put(writer, &e->curve);
		return 0;
	case REPORT:
		ralm_expand_report_put(writer, &e->counts->check, &e->curve,
				       &e->trial, e->options,
				       digest(e->scorer));
		return 0;
	default:
		return e->trial.ran
			       ? ralm_seed_scores_put(writer, &e->trial.held,
						      &e->names, e->scorer,
						      e->options->raw, err)
			       : 0;
	}
}

static int write_files(struct expansion *e, struct ralm_error *err)
{
	ralm_size_curve_fill(&e->curve, &e->lists.list[0].audience,
			     &e->trial.held, e->trial.at_size, e->scorer,
			     e->options->raw);
	return ralm_output_files_write(&e->files, put_file, e, err);
}

static int expand(struct expansion *e, const struct ralm_expand_output *output,
		  struct ralm_error *err)
{
	struct ralm_expand_counts *counts = e->counts;
	const struct ralm_scorer *scorer = e->scorer;
	const struct ralm_expand_options *options = e->options;
	if (begin(e, e->paths, e->path_count, err) != 0 ||
	    ralm_output_files_open(&e->files, err) != 0 ||
	    ralm_candidates_init(&e->candidates, counts, &e->names, options,
				 err) != 0 ||
	    ralm_expand_lists_prepare(&e->lists, counts, scorer, err) != 0 ||
	    ralm_expand_lists_begin(&e->lists, &e->curve, counts, scorer,
				    &e->candidates, &e->size,
				    options->include_seeds, err) != 0)
		return -1;
	e->trial.held.seeds_num = counts->seeds_num;
	if (ralm_seed_check(&e->trial, &counts->check, &e->lists, &e->curve,
			    scorer, &e->candidates, e->threads, options,
			    err) != 0 ||
	    compare_all(&e->lists, &e->candidates, scorer, e->threads,
			&e->progress, err) != 0)
		return -1;
	ralm_expand_progress_end(&e->progress);
	if (write_files(e, err) != 0)
		return -1;
	return e->size.audience ? ralm_expand_write(counts, &e->lists, output, err)
				: 0;
}

static int find_best(struct expansion *e,
		     const struct ralm_expand_output *output,
		     struct ralm_error *err)
{
	const struct ralm_expand_options *options = e->options;
	if (begin(e, NULL, 0, err) != 0 ||
	    ralm_best_lists_read(&e->best, e->counts, e->scorer->model,
				 e->paths, e->path_count, options, err) != 0 ||
	    ralm_expand_lists_prepare(&e->lists, e->counts, e->scorer, err) !=
		    0 ||
	    ralm_best_lists_find(&e->best, &e->lists, e->scorer, e->threads,
				 &e->progress, options, err) != 0)
		return -1;
	ralm_expand_progress_end(&e->progress);
	return ralm_best_lists_write(e->counts, &e->best, &e->lists, output, err);
}

static int expand_with(struct ralm_expand_counts *counts,
		       const struct ralm_scorer *scorer,
		       const struct ralm_used_files *used,
		       const char *const *paths, size_t path_count, int fd,
		       const char *name,
		       const struct ralm_expand_options *options,
		       struct ralm_error *err)
{
	struct expansion e = {
		.counts = counts,
		.scorer = scorer,
		.options = options,
		.paths = paths,
		.path_count = path_count,
		.used = used,
		.file.fd = -1,
		.files.path = {[CURVE] = options->curve,
			       [SEED_SCORES] = options->seed_scores,
			       [REPORT] = options->report},
		.progress = {.tell = options->progress,
			     .context = options->context},
	};
	counts->seeds_num = ralm_scorer_seeds_num(scorer, options->seeds_num);
	const struct ralm_expand_output output = {
		.pattern = options->output,
		.file = &e.file,
		.fd = fd,
		.name = name,
		.scorer = scorer,
		.size = &e.size,
		.raw = options->raw,
	};
	int result = (options->best > 0 ? find_best : expand)(&e, &output, err);
	ralm_atomic_abort(&e.file);
	ralm_output_files_close(&e.files);
	ralm_seed_trial_release(&e.trial);
	ralm_best_lists_release(&e.best);
	ralm_expand_lists_release(&e.lists);
	ralm_candidates_release(&e.candidates);
	ralm_user_names_release(&e.names);
	ralm_threads_free(e.threads);
	return result;
}

/* Newcomers are users like others here, with rows in a model. */
static int expand_with_newcomers(struct ralm_expand_counts *counts,
				 const struct ralm_scorer *scorer,
				 const struct ralm_used_files *used,
				 const char *const *paths, size_t path_count,
				 int fd, const char *name,
				 const struct ralm_expand_options *options,
				 struct ralm_error *err)
{
	struct ralm_newcomers *newcomers = scorer->newcomers;
	int result = -1;
	struct ralm_model *model = ralm_newcomers_model(newcomers, err);
	struct ralm_scorer *with =
		model != NULL ? ralm_scorer_new(model, 0, err) : NULL;
	if (with != NULL) {
		ralm_scorer_cluster(with, scorer->clusters,
				    scorer->clusters_above);
		with->devices = scorer->devices;
		counts->new_users = model->users.count -
				    newcomers->model->users.count;
		result = expand_with(counts, with, used, paths, path_count, fd,
				     name, options, err);
		with->devices = NULL; /* they are the caller's scorer's */
	}
	ralm_scorer_free(with);
	ralm_newcomers_model_free(model);
	return result;
}

int ralm_expand(struct ralm_expand_counts *counts, struct ralm_scorer *scorer,
		const char *const *paths, size_t path_count, int fd,
		const char *name, const struct ralm_expand_options *options,
		struct ralm_error *err)
{
	struct ralm_used_files used = {.files = NULL};
	int result = -1;
	memset(counts, 0, sizeof *counts);
	if (ralm_expand_check(options, err) != 0)
		return -1;
	ralm_expand_use_files(&used, scorer, paths, path_count, fd, name, options);
	if (ralm_used_files_check(&used, err) == 0)
		result = (scorer->newcomers != NULL ? expand_with_newcomers
						    : expand_with)(
			counts, scorer, &used, paths, path_count, fd, name,
			options, err);
	ralm_used_files_release(&used);
	return result;
}
