/* Writes the vectors of a model's users, or of seed lists, to a file. */
#include "ralm.h"

#include "formats/list_set.h"
#include "formats/sample_text.h"
#include "formats/vector_writer.h"
#include "ground/atomic_file.h"
#include "ground/memory.h"
#include "kernels/kernels.h"
#include "model/model.h"
#include "scoring/newcomers.h"
#include "scoring/scorer.h"

#include <stdlib.h>
#include <string.h>

struct export {
	const struct ralm_export_options *options;
	struct ralm_export_counts *counts;
	const struct ralm_model *model; /* with newcomers among its users */
	struct ralm_list_set *lists;    /* NULL: the users' own vectors */
	uint64_t seeds_num;             /* of a list; 0: all */
	struct ralm_atomic_file vectors_file, ids_file;
	struct ralm_vector_writer writer;
	uint32_t *row; /* of the longest list's seeds */
	float *x;    /* (D) */
	double *sum; /* (D) */
};

/* ---- one vector ------------------------------------------------------------ */

static int put(struct export *e, const char *id, size_t length, const float *x,
	       struct ralm_error *err)
{
	if (!ralm_kernels()->update->finite(x, e->model->table.dim))
		return ralm_scorer_not_finite(err);
	if (ralm_vector_writer_put(&e->writer, id, length, x) != 0)
		return ralm_vector_writer_flush(&e->writer, err);
	e->counts->vectors++;
	return 0;
}

/* Sets e->row to the rows of the known ones among the seeds that count; returns how
 * many. */
static size_t known_seeds(struct export *e, const struct ralm_list_entry *list)
{
	const size_t n = ralm_seeds_used(list->count, e->seeds_num);
	size_t known = 0;
	ralm_users_find_all(e->row, &e->model->users, list->keys, n);
	for (size_t i = 0; i < n; i++)
		if (e->row[i] != RALM_ROW_NONE)
			e->row[known++] = e->row[i];
	return known;
}

/* e->x = the mean of the vectors of the rows e->row (n). */
static void mean(struct export *e, size_t n)
{
	const size_t D = e->model->table.dim;
	memset(e->sum, 0, D * sizeof *e->sum);
	for (size_t i = 0; i < n; i++) {
		const float *x = ralm_table_row(&e->model->table, e->row[i]);
		for (size_t d = 0; d < D; d++)
			e->sum[d] += (double)x[d];
	}
	for (size_t d = 0; d < D; d++)
		e->x[d] = (float)(e->sum[d] / (double)n);
}

/* ---- all of them ------------------------------------------------------------ */

static int put_users(struct export *e, struct ralm_error *err)
{
	const struct ralm_model *model = e->model;
	char digits[RALM_USER_ID_DIGITS];
	const char *id;
	size_t length;
	for (uint32_t row = 0; row < model->users.count; row++)
		if (ralm_user_ids_get(&id, &length, digits, &model->ids, row,
				      model->users.keys[row], model->hash_seed,
				      err) != 1 ||
		    put(e, id, length, ralm_table_row(&model->table, row),
			err) != 0)
			return -1;
	return 0;
}

static int put_lists(struct export *e, struct ralm_error *err)
{
	for (size_t i = 0; i < e->counts->lists; i++) {
		const struct ralm_list_entry list = ralm_list_set_at(e->lists, i);
		const size_t n = known_seeds(e, &list);
		if (n == 0)
			continue;
		mean(e, n);
		if (put(e, list.item, list.item_length, e->x, err) != 0)
			return -1;
	}
	return 0;
}

/* How many vectors there will be: some forms begin with that number. */
static uint64_t count_vectors(struct export *e)
{
	struct ralm_export_counts *counts = e->counts;
	if (e->lists == NULL)
		return e->model->users.count;
	for (size_t i = 0; i < counts->lists; i++) {
		const struct ralm_list_entry list = ralm_list_set_at(e->lists, i);
		counts->lists_cut +=
			ralm_seeds_used(list.count, e->seeds_num) < list.count;
		counts->lists_unknown += known_seeds(e, &list) == 0;
	}
	return counts->lists - counts->lists_unknown;
}

static int write_all(struct export *e, struct ralm_error *err)
{
	const struct ralm_export_options *options = e->options;
	const struct ralm_vector_file vectors = {e->vectors_file.fd,
						 options->output},
				      ids = {e->ids_file.fd, options->ids};
	if (ralm_vector_writer_open(&e->writer, options->form, count_vectors(e),
				    e->model->table.dim, vectors, ids, err) != 0)
		return -1;
	if ((e->lists != NULL ? put_lists : put_users)(e, err) != 0)
		return -1;
	return ralm_vector_writer_flush(&e->writer, err);
}

/* ---- before and after -------------------------------------------------------- */

static int check_options(const struct ralm_scorer *scorer,
			 const struct ralm_export_options *options,
			 struct ralm_error *err)
{
	struct ralm_used_files used = {.files = NULL};
	if (options->output == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "no --export: where do the vectors go?");
	if (ralm_check_enumerator("form", options->form, RALM_VECTORS_NPY,
			     err) != 0)
		return -1;
	if (options->form == RALM_VECTORS_NPY && options->ids == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "an array of NumPy holds no ids: "
				      "--export-ids says where they go");
	if (options->form == RALM_VECTORS_WORD2VEC && options->ids != NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "word2vec's text holds the ids: not with "
				      "--export-ids");
	ralm_scorer_use_files(&used, scorer);
	ralm_use_file(&used, RALM_FILE_READ, "--seeds", options->lists);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--export", options->output);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--export-ids", options->ids);
	return ralm_used_files_settle(&used, err);
}

static int open_lists(struct export *e, struct ralm_error *err)
{
	size_t longest = 0;
	e->lists = ralm_list_set_read(e->options->lists, e->model->hash_seed,
				      err);
	if (e->lists == NULL)
		return -1;
	e->counts->lists = ralm_list_set_count(e->lists);
	for (size_t i = 0; i < e->counts->lists; i++) {
		const size_t n = ralm_list_set_at(e->lists, i).count;
		longest = n > longest ? n : longest;
	}
	const size_t D = e->model->table.dim;
	if (RALM_NEW(e->row, longest, err) != 0 || RALM_NEW(e->x, D, err) != 0)
		return -1;
	return RALM_NEW(e->sum, D, err);
}

static int run(struct export *e, struct ralm_error *err)
{
	const struct ralm_export_options *options = e->options;
	if ((options->lists != NULL ? open_lists(e, err)
				    : ralm_model_check_ids(e->model, err)) != 0)
		return -1;
	if (ralm_atomic_open(&e->vectors_file, options->output, err) != 0 ||
	    (options->ids != NULL &&
	     ralm_atomic_open(&e->ids_file, options->ids, err) != 0))
		return -1;
	if (write_all(e, err) != 0)
		return -1;
	/* The ids are in place before the vectors that they name. */
	if (options->ids != NULL && ralm_atomic_commit(&e->ids_file, err) != 0)
		return -1;
	return ralm_atomic_commit(&e->vectors_file, err);
}

int ralm_export(struct ralm_export_counts *counts, struct ralm_scorer *scorer,
		const struct ralm_export_options *options,
		struct ralm_error *err)
{
	struct ralm_newcomers *newcomers = scorer->newcomers;
	const struct ralm_model *own = scorer->model;
	struct ralm_model *extended = NULL;
	struct export e = {.options = options, .counts = counts, .model = own};
	e.vectors_file.fd = e.ids_file.fd = -1;
	memset(counts, 0, sizeof *counts);
	if (check_options(scorer, options, err) != 0)
		return -1;
	if (newcomers != NULL) {
		extended = ralm_newcomers_model(newcomers, err);
		if (extended == NULL)
			return -1;
		e.model = extended;
	}
	counts->new_users = e.model->users.count - own->users.count;
	e.seeds_num = ralm_scorer_seeds_num(scorer, options->seeds_num);
	counts->seeds_num = e.seeds_num;
	const int result = run(&e, err);
	ralm_vector_writer_release(&e.writer);
	ralm_atomic_abort(&e.vectors_file);
	ralm_atomic_abort(&e.ids_file);
	ralm_list_set_give_back(e.lists);
	ralm_newcomers_model_free(extended);
	free(e.row);
	free(e.x);
	free(e.sum);
	return result;
}
