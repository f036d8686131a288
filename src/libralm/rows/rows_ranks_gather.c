/* A step of rows over ranks: each rank asks the others for rows and gets their vectors;
 * their gradients go the same way back. */
#include "rows/rows_ranks.h"

#include "ground/memory.h"

#include <string.h>

/* ---- asking for rows ----------------------------------------------------- */

static int reserve_ask(struct ralm_rows_ranks *spread, size_t n,
		       struct ralm_error *err)
{
	if (RALM_RESERVE(spread->ask, spread->ask_room, n, err) != 0 ||
	    RALM_RESERVE(spread->place, spread->place_room, n, err) != 0 ||
	    RALM_RESERVE(spread->vector, spread->vector_room,
			 n * spread->rows.D, err) != 0)
		return -1;
	return 0;
}

static int reserve_asked(struct ralm_rows_ranks *spread, size_t n,
			 struct ralm_error *err)
{
	const size_t old = spread->user_of_row_room;
	if (RALM_RESERVE(spread->asked, spread->asked_room, n, err) != 0 ||
	    RALM_RESERVE(spread->user, spread->user_room, n, err) != 0 ||
	    RALM_RESERVE(spread->row_of_user, spread->row_of_user_room, n,
			 err) != 0 ||
	    RALM_RESERVE(spread->answer, spread->answer_room,
			 n * spread->rows.D, err) != 0 ||
	    RALM_RESERVE(spread->user_of_row, spread->user_of_row_room,
			 spread->local.count, err) != 0)
		return -1;
	if (spread->user_of_row_room > old)
		memset(spread->user_of_row + old, 0,
		       (spread->user_of_row_room - old) *
			       sizeof *spread->user_of_row);
	return 0;
}

/* All ranks tell each other how many rows they ask for. -1 on all of them if one cannot
 * go on. */
static int count_rows(struct ralm_rows_ranks *spread, const uint32_t *row,
		      size_t n, int result, struct ralm_error *err)
{
	struct ralm_ranks *ranks = spread->ranks;
	if (result == 0)
		result = reserve_ask(spread, n, err);
	memset(spread->ask_count, 0, ranks->size * sizeof *spread->ask_count);
	for (size_t i = 0; i < n && result == 0; i++)
		spread->ask_count[row[i] % ranks->size]++;
	ranks->calls->trade(ranks, spread->asked_count, spread->ask_count);
	spread->ask_n = n;
	spread->asked_n = 0;
	for (unsigned r = 0; r < ranks->size; r++)
		spread->asked_n += spread->asked_count[r];
	if (result == 0)
		result = reserve_asked(spread, spread->asked_n, err);
	return ralm_ranks_agree(ranks, result, err);
}

/* Sorts the rows to ask for by rank; those of one rank stay in the order of X. */
static void sort_by_rank(struct ralm_rows_ranks *spread, const uint32_t *row)
{
	const uint32_t size = spread->ranks->size;
	size_t *next = spread->ranks->counts, at = 0;
	for (uint32_t r = 0; r < size; r++) {
		next[r] = at;
		at += spread->ask_count[r];
	}
	for (size_t i = 0; i < spread->ask_n; i++) {
		const size_t place = next[row[i] % size]++;
		spread->place[i] = (uint32_t)place;
		spread->ask[place] = row[i] / size;
	}
}

struct gathering {
	struct ralm_rows_ranks *spread;
	ralm_real *X;
	const ralm_real *dX;
};

/* The vectors that this rank is asked for. */
static void answer_some(void *context, size_t begin, size_t end)
{
	const struct gathering *g = context;
	struct ralm_rows_ranks *spread = g->spread;
	ralm_table_gather(spread->answer, spread->local.table, spread->asked, begin,
			  end);
}

/* The answers, which are sorted by rank, to where X has them. */
static void place_some(void *context, size_t begin, size_t end)
{
	const struct gathering *g = context;
	const struct ralm_rows_ranks *spread = g->spread;
	const size_t D = spread->rows.D;
	for (size_t x = begin; x < end; x++)
		memcpy(g->X + x * D, spread->vector + spread->place[x] * D,
		       D * sizeof *g->X);
}

int ralm_rows_ranks_gather(ralm_real *X, struct ralm_rows_ranks *spread,
			   const uint32_t *row, size_t n,
			   const struct ralm_beside *beside, int result,
			   struct ralm_error *err)
{
	struct ralm_ranks *ranks = spread->ranks;
	struct gathering g = {.spread = spread, .X = X};
	const size_t bytes = spread->rows.D * sizeof *X;
	if (count_rows(spread, row, n, result, err) != 0)
		return -1;
	sort_by_rank(spread, row);
	ranks->calls->exchange(ranks, spread->asked, spread->asked_count,
			       spread->ask, spread->ask_count,
			       sizeof *spread->ask);
	ralm_rows_each(spread->local.threads, spread->asked_n, beside, answer_some,
		       &g);
	ranks->calls->exchange(ranks, spread->vector, spread->ask_count,
			       spread->answer, spread->asked_count, bytes);
	ralm_rows_each(spread->local.threads, n, NULL, place_some, &g);
	return 0;
}

/* ---- giving gradients back ----------------------------------------------- */

/* dX, sorted by rank. */
static void sort_some(void *context, size_t begin, size_t end)
{
	const struct gathering *g = context;
	struct ralm_rows_ranks *spread = g->spread;
	const size_t D = spread->rows.D;
	for (size_t x = begin; x < end; x++)
		memcpy(spread->vector + spread->place[x] * D, g->dX + x * D,
		       D * sizeof *g->dX);
}

/* Numbers the distinct rows that were asked for. Returns how many there are. */
static size_t number_users(struct ralm_rows_ranks *spread)
{
	uint32_t users = 0;
	for (size_t i = 0; i < spread->asked_n; i++) {
		const uint32_t row = spread->asked[i];
		uint32_t *user = &spread->user_of_row[row];
		if (*user >= users || spread->row_of_user[*user] != row) {
			*user = users++;
			spread->row_of_user[*user] = row;
		}
		spread->user[i] = *user;
	}
	return users;
}

int ralm_rows_ranks_scatter(struct ralm_rows_ranks *spread, const ralm_real *dX,
			    struct ralm_error *err)
{
	struct ralm_ranks *ranks = spread->ranks;
	struct gathering g = {.spread = spread, .dX = dX};
	const size_t bytes = spread->rows.D * sizeof *dX;
	ralm_rows_each(spread->local.threads, spread->ask_n, NULL, sort_some, &g);
	ranks->calls->exchange(ranks, spread->answer, spread->asked_count,
			       spread->vector, spread->ask_count, bytes);
	/* These are in the order of blocks already, a row once for each block that has
	 * it. Scattered as two blocks, of which the second has nothing: in a single one
	 * rows would have to be distinct. */
	spread->found[0] = (struct ralm_row_gradients){
		.row = spread->asked,
		.place = spread->user,
		.dX = spread->answer,
		.count = spread->asked_n,
	};
	struct ralm_rows *local = &spread->local.rows;
	const int result = ralm_rows_scatter(local, spread->found, 2,
					     number_users(spread), err);
	return ralm_ranks_agree(ranks, result, err);
}
