#include "samples/batch.h"

#include "ground/memory.h"
#include "samples/choices.h"

#include <stdlib.h>
#include <string.h>

struct ralm_batch_builder {
	/* For each row of the table its user in the batch, if that user's row is
	 * this one; otherwise the number is left over from an earlier batch. No
	 * hash table, and nothing to clear. */
	uint32_t *user_of_row;
	/* Elements that the arrays, here and in the batch, have room for. */
	size_t user_of_row_room;
	size_t row_room, list_room, seed_room, start_room, target_room;
	size_t label_room;
};

int ralm_batch_init(struct ralm_batch *batch, struct ralm_error *err)
{
	memset(batch, 0, sizeof *batch);
	batch->builder = calloc(1, sizeof *batch->builder);
	if (batch->builder == NULL)
		return ralm_error_memory(err, sizeof *batch->builder);
	return 0;
}

void ralm_batch_release(struct ralm_batch *batch)
{
	if (batch->builder != NULL)
		free(batch->builder->user_of_row);
	free(batch->builder);
	free(batch->row);
	free(batch->list_start);
	free(batch->list_user);
	free(batch->sample_start);
	free(batch->target);
	free(batch->label);
	memset(batch, 0, sizeof *batch);
}

void ralm_batch_clear(struct ralm_batch *batch)
{
	batch->U = batch->L = batch->B = 0;
}

/* ---- adding: list_user and target hold rows, users when it is finished ---- */

int ralm_batch_add_list(struct ralm_batch *batch, const uint32_t *rows,
			size_t n, struct ralm_error *err)
{
	struct ralm_batch_builder *b = batch->builder;
	size_t start = batch->L ? batch->list_start[batch->L] : 0;
	if (RALM_RESERVE(batch->list_start, b->list_room, batch->L + 2,
			 err) != 0 ||
	    RALM_RESERVE(batch->sample_start, b->start_room, batch->L + 2,
			 err) != 0 ||
	    RALM_RESERVE(batch->list_user, b->seed_room, start + n, err) != 0)
		return -1;
	batch->sample_start[batch->L] = (uint32_t)batch->B;
	batch->list_start[batch->L] = start;
	batch->list_start[++batch->L] = start + n;
	memcpy(batch->list_user + start, rows, n * sizeof *rows);
	return 0;
}

int ralm_batch_add_sample(struct ralm_batch *batch, uint32_t target_row,
			  int label, struct ralm_error *err)
{
	struct ralm_batch_builder *b = batch->builder;
	if (RALM_RESERVE(batch->target, b->target_room, batch->B + 1,
			 err) != 0 ||
	    RALM_RESERVE(batch->label, b->label_room, batch->B + 1, err) != 0)
		return -1;
	batch->target[batch->B] = target_row;
	batch->label[batch->B] = label != 0;
	batch->sample_start[batch->L] = (uint32_t)++batch->B;
	return 0;
}

/* ---- finding the distinct users ------------------------------------------ */

/* Makes room for as many users as there can be, and for the last row that is used. */
static int reserve(struct ralm_batch *batch, struct ralm_error *err)
{
	struct ralm_batch_builder *b = batch->builder;
	uint32_t last = 0;
	size_t seeds = batch->list_start[batch->L], old = b->user_of_row_room;
	for (size_t i = 0; i < seeds; i++)
		last = batch->list_user[i] > last ? batch->list_user[i] : last;
	for (size_t s = 0; s < batch->B; s++)
		last = batch->target[s] > last ? batch->target[s] : last;
	if (RALM_RESERVE(batch->row, b->row_room, seeds + batch->B, err) != 0 ||
	    RALM_RESERVE(b->user_of_row, b->user_of_row_room, (size_t)last + 1,
			 err) != 0)
		return -1;
	memset(b->user_of_row + old, 0,
	       (b->user_of_row_room - old) * sizeof *b->user_of_row);
	return 0;
}

/* The user whose row that is, new or not. */
static uint32_t user_of_row(struct ralm_batch *batch, uint32_t row)
{
	uint32_t *user = &batch->builder->user_of_row[row];
	if (*user >= batch->U || batch->row[*user] != row) {
		*user = (uint32_t)batch->U++;
		batch->row[*user] = row;
	}
	return *user;
}

int ralm_batch_finish(struct ralm_batch *batch, struct ralm_error *err)
{
	if (reserve(batch, err) != 0)
		return -1;
	size_t seeds = batch->list_start[batch->L];
	batch->U = 0;
	for (size_t i = 0; i < seeds; i++)
		batch->list_user[i] = user_of_row(batch, batch->list_user[i]);
	batch->seed_users = batch->U;
	for (size_t s = 0; s < batch->B; s++)
		batch->target[s] = user_of_row(batch, batch->target[s]);
	return 0;
}

/* ---- blocks -------------------------------------------------------------- */

/* The list of a sample: the last one that begins at it or before. */
static size_t list_of(const struct ralm_batch *batch, size_t sample)
{
	size_t low = 0, high = batch->L;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (batch->sample_start[middle] <= sample)
			low = middle;
		else
			high = middle;
	}
	return low;
}

size_t ralm_batch_part_end(const struct ralm_batch *batch, size_t first,
			   size_t size)
{
	if (!batch->whole_choices)
		return batch->B - first < size ? batch->B : first + size;
	size_t l = list_of(batch, first);
	size_t end = ralm_choice_end(batch->label, first,
				     batch->sample_start[l + 1]);
	for (; l < batch->L && end - first < size; l++) {
		const size_t list_end = batch->sample_start[l + 1];
		end = ralm_choices_within(batch->label, end, list_end,
					  size - (end - first));
		if (end < list_end)
			break;
	}
	return end;
}

int ralm_batch_cut(struct ralm_batch *block, const struct ralm_batch *batch,
		   size_t first, size_t end, struct ralm_error *err)
{
	ralm_batch_clear(block);
	block->whole_choices = batch->whole_choices;
	size_t sample = first;
	for (size_t l = list_of(batch, first); sample < end; l++) {
		const size_t start = batch->list_start[l];
		if (ralm_batch_add_list(block, batch->list_user + start,
					batch->list_start[l + 1] - start,
					err) != 0)
			return -1;
		for (; sample < end && sample < batch->sample_start[l + 1];
		     sample++)
			if (ralm_batch_add_sample(block, batch->target[sample],
						  batch->label[sample], err) !=
			    0)
				return -1;
	}
	return ralm_batch_finish(block, err);
}
