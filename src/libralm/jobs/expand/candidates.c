#include "jobs/expand/candidates.h"

#include "formats/id_lines.h"
#include "formats/user_id.h"
#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

int ralm_expand_unknown(struct ralm_expand_ids *ids, const char *id,
			size_t length, bool is_error, struct ralm_error *err)
{
	ids->unknown++;
	return is_error ? ralm_error_set(err, RALM_ERROR_DATA,
					 "the model does not know '%.*s'",
					 ralm_shown(length), id)
			: 0;
}

/* ---- files --------------------------------------------------------------- */

/* Sets the bit of each id of a file of candidates, or, where `set` is false, clears that
 * of each who is excluded. */
static int read_ids(struct ralm_candidates *c, struct ralm_expand_ids *counts,
		    const char *const *path, bool set,
		    const struct ralm_expand_options *options,
		    struct ralm_error *err)
{
	const struct ralm_model *model = c->names->model;
	struct ralm_id_lines lines;
	const char *id;
	size_t length;
	int got;
	if (ralm_id_lines_open(&lines, path, 1,
			       set ? options->candidates_column
				   : options->exclude_column,
			       options->delimiter, err) != 0)
		return -1;
	while ((got = ralm_id_lines_next(&id, &length, &lines, err)) == 1) {
		const uint64_t key = ralm_user_key(id, length, model->hash_seed);
		const uint32_t row = ralm_users_find(&model->users, key);
		counts->count++;
		if (row == RALM_ROW_NONE) {
			got = ralm_expand_unknown(counts, id, length,
						  options->unknown_error, err);
		} else if (ralm_candidates_have(c, row) == set) {
			counts->repeated += set;
			got = 0;
		} else {
			c->bits[row / 64] ^= UINT64_C(1) << row % 64;
			got = set ? ralm_user_names_keep(c->names, row, id,
							 length, err)
				  : 0;
		}
		if (got != 0) {
			ralm_id_lines_place(err, &lines);
			break;
		}
	}
	ralm_id_lines_release(&lines);
	return got;
}

/* Where no file names the candidates the model must know what its users are called. */
static int check_names(const struct ralm_model *model, struct ralm_error *err)
{
	const size_t nameless = ralm_user_ids_nameless(
		&model->ids, model->users.keys, model->users.count);
	if (nameless == 0)
		return 0;
	return ralm_error_set(
		err, RALM_ERROR_DATA,
		"the model does not know what %zu of its %zu users are called: "
		"name the candidates (--candidates)",
		nameless, model->users.count);
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
		if (read_ids(c, &counts->candidates, &options->candidates, true,
			     options, err) != 0)
			goto fail;
	} else {
		if (check_names(names->model, err) != 0)
			goto fail;
		take_all(c);
	}
	for (size_t i = 0; i < options->exclude_count; i++)
		if (read_ids(c, &counts->exclude, &options->exclude[i], false,
			     options, err) != 0)
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
