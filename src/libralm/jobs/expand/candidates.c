#include "jobs/expand/candidates.h"

#include "ground/memory.h"
#include "jobs/expand/expand_ids.h"

#include <stdlib.h>
#include <string.h>

/* ---- files --------------------------------------------------------------- */

static int add_candidate(void *context, uint32_t row, const char *id,
			 size_t length, struct ralm_error *err)
{
	struct ralm_candidates *c = context;
	if (ralm_candidates_have(c, row))
		return 0;
	c->bits[row / 64] |= UINT64_C(1) << row % 64;
	return ralm_user_names_keep(c->names, row, id, length, err);
}

static int exclude(void *context, uint32_t row, const char *id, size_t length,
		   struct ralm_error *err)
{
	struct ralm_candidates *c = context;
	(void)id;
	(void)length;
	(void)err;
	c->bits[row / 64] &= ~(UINT64_C(1) << row % 64);
	return 0;
}

/* Reads the i-th file of exclusions; there may be nobody to exclude. */
static int exclude_file(struct ralm_candidates *c, struct ralm_expand_counts *counts,
			const struct ralm_expand_options *options, size_t i,
			struct ralm_error *err)
{
	const uint64_t before = counts->exclude.count;
	const struct ralm_expand_source source = {
		.paths = &options->exclude[i],
		.path_count = 1,
		.column = options->exclude_column,
		.column_option = "exclude-column",
		.may_be_empty = true,
	};
	if (ralm_expand_ids_each(&counts->exclude, c->names->model, &source, options,
				 exclude, c, err) != 0)
		return -1;
	counts->exclude_empty += counts->exclude.count == before;
	return 0;
}

/* Where no file names the candidates the model must know what its users are called. */
static int check_ids(const struct ralm_model *model, struct ralm_error *err)
{
	const size_t missing = ralm_user_ids_missing(
		&model->ids, model->users.keys, model->users.count);
	if (missing == 0)
		return 0;
	return ralm_error_set(
		err, RALM_ERROR_DATA,
		"the model does not know what %zu of its %zu users are called: "
		"name the candidates (--candidates)",
		missing, model->users.count);
}

static void take_all(struct ralm_candidates *c)
{
	const size_t users = c->names->model->users.count;
	for (size_t row = 0; row + 64 <= users; row += 64)
		c->bits[row / 64] = UINT64_MAX;
	for (size_t row = users / 64 * 64; row < users; row++)
		c->bits[row / 64] |= UINT64_C(1) << row % 64;
}

int ralm_candidates_init(struct ralm_candidates *c,
			 struct ralm_expand_counts *counts,
			 struct ralm_user_names *names,
			 const struct ralm_expand_options *options,
			 struct ralm_error *err)
{
	memset(c, 0, sizeof *c);
	c->names = names;
	c->words = (names->model->users.count + 63) / 64;
	c->bits = ralm_aligned_new(c->words, sizeof *c->bits, err);
	if (c->bits == NULL)
		goto fail;
	if (options->candidates != NULL) {
		const struct ralm_expand_source source = {
			.paths = &options->candidates,
			.path_count = 1,
			.column = options->candidates_column,
			.column_option = "candidates-column",
		};
		if (ralm_expand_ids_each(&counts->candidates, names->model, &source,
					 options, add_candidate, c, err) != 0)
			goto fail;
	} else {
		if (check_ids(names->model, err) != 0)
			goto fail;
		take_all(c);
	}
	for (size_t i = 0; i < options->exclude_count; i++)
		if (exclude_file(c, counts, options, i, err) != 0)
			goto fail;
	for (size_t i = 0; i < c->words; i++)
		c->count += (size_t)__builtin_popcountll(c->bits[i]);
	counts->eligible = c->count;
	if (c->count > 0)
		return 0;
	ralm_error_set(err, RALM_ERROR_DATA, "no candidate is left");
fail:
	ralm_candidates_release(c);
	return -1;
}

size_t ralm_candidates_next(uint32_t *rows, struct ralm_candidate_walk *walk,
			    size_t most)
{
	size_t count = 0;
	while (count < most) {
		if (walk->left == 0) {
			if (walk->word == walk->end)
				break;
			walk->left = walk->candidates->bits[walk->word++];
			continue;
		}
		rows[count++] = (uint32_t)((walk->word - 1) * 64) +
				(uint32_t)__builtin_ctzll(walk->left);
		walk->left &= walk->left - 1;
	}
	return count;
}

void ralm_candidates_release(struct ralm_candidates *c)
{
	free(c->bits);
	memset(c, 0, sizeof *c);
}
