/* Scoring files of samples: opens what that needs. */
#include "ralm.h"

#include "formats/input_size.h"
#include "ground/processors.h"
#include "jobs/score/score_stream.h"
#include "model/model.h"

#include <string.h>

static int score_opened(struct ralm_score_counts *counts,
			struct ralm_scorer *scorer,
			struct ralm_named_lists *lists,
			const char *const *paths, size_t path_count,
			struct ralm_writer *writer,
			const struct ralm_score_options *options,
			struct ralm_error *err)
{
	struct ralm_reader reader;
	const uint64_t size = options->progress != NULL
				      ? ralm_input_size(paths, path_count)
				      : 0;
	if (ralm_reader_open(&reader, paths, path_count, err) != 0)
		return -1;
	int result = ralm_score_stream(counts, scorer, &reader, writer, lists,
				       size, options, err);
	counts->seeds_num = options->seeds_num;
	ralm_reader_release(&reader);
	return result;
}

int ralm_score_files(struct ralm_score_counts *counts,
		     struct ralm_scorer *scorer, const char *const *paths,
		     size_t path_count, int fd, const char *name,
		     const struct ralm_score_options *options,
		     struct ralm_error *err)
{
	const struct ralm_model *model = ralm_scorer_model(scorer);
	struct ralm_score_options settled = *options;
	struct ralm_named_lists *lists = NULL;
	struct ralm_writer writer;
	const double before = ralm_scorer_cluster_seconds(scorer);
	int result = -1;
	memset(counts, 0, sizeof *counts);
	settled.threads = ralm_threads_wanted(options->threads);
	settled.seeds_num = ralm_scorer_seeds_num(scorer, options->seeds_num);
	if (options->explain > 0 && ralm_model_check_ids(model, err) != 0)
		return -1;
	if (options->lists != NULL) {
		lists = ralm_named_lists_new(options->lists, model->hash_seed,
					     err);
		if (lists == NULL)
			return -1;
	}
	if (ralm_writer_open(&writer, fd, name, err) == 0) {
		result = score_opened(counts, scorer, lists, paths, path_count,
				      &writer, &settled, err);
		ralm_writer_release(&writer);
	}
	counts->cluster_seconds = ralm_scorer_cluster_seconds(scorer) - before;
	ralm_named_lists_free(lists);
	return result;
}
