#include "rows/rows_ranks.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = RALM_ROWS_PIECE };

/* What rank 0 announces (ground/ranks.h), with the fields of the command that count. */
enum command {
	MAKE = 1, /* `count` new rows */
	LOOK,     /* rank 0 gathers rows outside a step */
	STEP,     /* rate, keep */
	READ,     /* piece `at` of `part` */
	WRITE,    /* the same, its first `count` rows */
};

static struct ralm_rows_ranks *spread_of(struct ralm_rows *rows)
{
	return (struct ralm_rows_ranks *)rows;
}

static void announce(const struct ralm_rows_ranks *spread, enum command what,
		     unsigned part, size_t at, size_t count)
{
	ralm_ranks_announce(spread->ranks,
			    (struct ralm_ranks_command){.what = what,
							.part = part,
							.at = at,
							.count = count});
}

/* How many of the rows [first, first + n) lie with rank r. */
static size_t dealt(const struct ralm_rows_ranks *spread, size_t first, size_t n,
		    unsigned r)
{
	return ralm_dealt(spread->ranks, first + n, r) -
	       ralm_dealt(spread->ranks, first, r);
}

/* Sets ranks->counts[r] to that number for each rank r. Returns that of this rank. */
static size_t deal(const struct ralm_rows_ranks *spread, size_t first, size_t n)
{
	struct ralm_ranks *ranks = spread->ranks;
	for (unsigned r = 0; r < ranks->size; r++)
		ranks->counts[r] = dealt(spread, first, n, r);
	return ranks->counts[ranks->rank];
}

/* ---- new users ----------------------------------------------------------- */

/* Leaves the keys for ralm_rows_ranks_settle. */
static int fetch(struct ralm_rows *rows, const uint64_t *keys, size_t count,
		 struct ralm_error *err)
{
	return ralm_new_keys_leave(&spread_of(rows)->waiting, keys, count, err);
}

/* All ranks: makes the next n rows, whose keys rank 0 has sorted by rank (all_keys). */
static int make(struct ralm_rows_ranks *spread, size_t n, struct ralm_error *err)
{
	const size_t own = deal(spread, spread->count, n);
	spread->ranks->calls->scatter(spread->ranks, spread->mine_keys, own,
				      spread->all_keys, spread->ranks->counts,
				      sizeof *spread->mine_keys);
	const int result = ralm_rows_local_add(&spread->local,
					       spread->mine_keys, own, err);
	if (ralm_ranks_agree(spread->ranks, result, err) != 0)
		return -1;
	spread->count += n;
	return 0;
}

static int make_all(struct ralm_rows_ranks *spread, const uint64_t *keys,
		    size_t count, struct ralm_error *err)
{
	const size_t size = spread->ranks->size;
	for (size_t done = 0, n; done < count; done += n) {
		size_t at = 0;
		n = count - done < PIECE ? count - done : PIECE;
		for (unsigned r = 0; r < size; r++)
			for (size_t i = 0; i < n; i++)
				if ((spread->count + i) % size == r)
					spread->all_keys[at++] = keys[done + i];
		announce(spread, MAKE, 0, 0, n);
		if (make(spread, n, err) != 0)
			return -1;
	}
	return 0;
}

int ralm_rows_ranks_settle(struct ralm_rows_ranks *spread,
			   struct ralm_error *err)
{
	size_t count;
	uint64_t *keys = ralm_new_keys_take(&spread->waiting, &count);
	const int result = make_all(spread, keys, count, err);
	free(keys);
	return result;
}

/* gather of rows.h: for rank 0 alone, outside a step. */
static int look(ralm_real *X, struct ralm_rows *rows, const uint32_t *row,
		size_t n, const struct ralm_beside *beside,
		struct ralm_error *err)
{
	announce(spread_of(rows), LOOK, 0, 0, 0);
	return ralm_rows_ranks_gather(X, spread_of(rows), row, n, beside, 0,
				      err);
}

/* ---- step ---------------------------------------------------------------- */

/* More than all bits of what is bad (update_rule.h): they and a count in one number. */
enum { BITS = 8 };

/* All ranks: the step on each one's rows. On rank 0 moved becomes the sum over ranks. */
static int move(struct ralm_rows_moved *moved, struct ralm_rows_ranks *spread,
		ralm_real rate, ralm_real keep,
		const struct ralm_beside *beside, struct ralm_error *err)
{
	struct ralm_ranks *ranks = spread->ranks;
	*moved = (struct ralm_rows_moved){.rows = 0};
	const int result = ralm_rows_step(moved, &spread->local.rows, rate, keep,
					  beside, err);
	const size_t told = moved->rows * BITS + moved->bad;
	for (unsigned r = 0; r < ranks->size; r++)
		ranks->counts[r] = 1;
	ranks->calls->gather(ranks, spread->asked_count, ranks->counts, &told, 1,
			     sizeof told);
	*moved = (struct ralm_rows_moved){.rows = 0};
	for (unsigned r = 0; r < ranks->size && ranks->rank == 0; r++) {
		moved->rows += spread->asked_count[r] / BITS;
		moved->bad |= (unsigned)(spread->asked_count[r] % BITS);
	}
	return ralm_ranks_agree(ranks, result, err);
}

static int step(struct ralm_rows_moved *moved, struct ralm_rows *rows,
		ralm_real rate, ralm_real keep,
		const struct ralm_beside *beside, struct ralm_error *err)
{
	struct ralm_rows_ranks *spread = spread_of(rows);
	ralm_ranks_announce(spread->ranks,
			    (struct ralm_ranks_command){.what = STEP,
							.rate = (double)rate,
							.keep = (double)keep});
	return move(moved, spread, rate, keep, beside, err);
}

/* ---- files: piece by piece to rank 0, and from there back ---------------- */

/* How many rows piece i has; the last one may have fewer. */
static size_t piece_rows(const struct ralm_rows_ranks *spread, size_t i)
{
	const size_t left = spread->count - i * PIECE;
	return left < PIECE ? left : PIECE;
}

/* Copies this rank's `own` rows of the piece that begins with row `first` from where they
 * lie to `mine`, or back. */
static void copy_own(struct ralm_rows_ranks *spread, unsigned part, size_t first,
		     size_t own, bool back)
{
	const struct ralm_ranks *ranks = spread->ranks;
	const size_t dim = spread->rows.dim[part];
	const size_t row = ralm_dealt(ranks, first, ranks->rank);
	for (size_t i = 0; i < own; i++) {
		ralm_real *at = ralm_rows_local_at(&spread->local, part, row + i);
		ralm_real *mine = spread->mine + i * dim;
		memcpy(back ? at : mine, back ? mine : at, dim * sizeof *at);
	}
}

/* Where in `all`, which is sorted by rank, row first + i is. */
static size_t place_in_piece(const struct ralm_rows_ranks *spread, size_t first,
			     size_t i)
{
	const unsigned rank = (unsigned)((first + i) % spread->ranks->size);
	size_t place = dealt(spread, first, i, rank);
	for (unsigned r = 0; r < rank; r++)
		place += spread->ranks->counts[r];
	return place;
}

/* All ranks: brings piece i to rank 0's `all`. */
static void collect(struct ralm_rows_ranks *spread, unsigned part, size_t i)
{
	const size_t own = deal(spread, i * PIECE, piece_rows(spread, i));
	copy_own(spread, part, i * PIECE, own, false);
	spread->ranks->calls->gather(spread->ranks, spread->all,
				     spread->ranks->counts, spread->mine, own,
				     spread->rows.dim[part] *
					     sizeof *spread->mine);
}

static const ralm_real *read_piece(struct ralm_rows *rows, unsigned part,
				   size_t i)
{
	struct ralm_rows_ranks *spread = spread_of(rows);
	const size_t dim = rows->dim[part], n = piece_rows(spread, i);
	announce(spread, READ, part, i, 0);
	collect(spread, part, i);
	for (size_t k = 0; k < n; k++)
		memcpy(spread->piece + k * dim,
		       spread->all + place_in_piece(spread, i * PIECE, k) * dim,
		       dim * sizeof *spread->piece);
	return spread->piece;
}

/* All ranks: takes the first n rows of piece i from rank 0's `all` to the ranks that
 * have them. */
static void hand_out(struct ralm_rows_ranks *spread, unsigned part, size_t i,
		     size_t n)
{
	const size_t own = deal(spread, i * PIECE, n);
	spread->ranks->calls->scatter(spread->ranks, spread->mine, own,
				      spread->all, spread->ranks->counts,
				      spread->rows.dim[part] *
					      sizeof *spread->mine);
	copy_own(spread, part, i * PIECE, own, true);
}

static void write_piece(struct ralm_rows *rows, unsigned part, size_t i,
			const ralm_real *from, size_t n)
{
	struct ralm_rows_ranks *spread = spread_of(rows);
	const size_t dim = rows->dim[part];
	announce(spread, WRITE, part, i, n);
	deal(spread, i * PIECE, n);
	for (size_t k = 0; k < n; k++)
		memcpy(spread->all + place_in_piece(spread, i * PIECE, k) * dim,
		       from + k * dim, dim * sizeof *from);
	hand_out(spread, part, i, n);
}

/* ---- other ranks --------------------------------------------------------- */

int ralm_rows_ranks_serve(struct ralm_rows_ranks *spread,
			  const struct ralm_ranks_command *command)
{
	struct ralm_rows_moved moved;
	struct ralm_error told; /* by rank 0, to whom it goes */
	int done = 0;
	switch ((enum command)command->what) {
	case MAKE:
		done = make(spread, (size_t)command->count, &told);
		break;
	case LOOK:
		done = ralm_rows_ranks_gather(NULL, spread, NULL, 0, NULL,
					      0, &told);
		break;
	case STEP:
		done = move(&moved, spread, (ralm_real)command->rate,
			    (ralm_real)command->keep, NULL, &told);
		break;
	case READ:
		collect(spread, command->part, (size_t)command->at);
		break;
	case WRITE:
		hand_out(spread, command->part, (size_t)command->at,
			 (size_t)command->count);
		break;
	default:
		return 0;
	}
	(void)done;
	return 1;
}

/* ---- life ---------------------------------------------------------------- */

static const struct ralm_rows_kind kind = {
	.fetch = fetch,
	.gather = look,
	.step = step,
	.read = read_piece,
	.write = write_piece,
};

static int init_room(struct ralm_rows_ranks *spread, struct ralm_error *err)
{
	const size_t size = spread->ranks->size;
	size_t dim = 0;
	for (unsigned part = 0; part < spread->rows.parts; part++)
		if (spread->rows.dim[part] > dim)
			dim = spread->rows.dim[part];
	if (RALM_NEW(spread->ask_count, size, err) != 0 ||
	    RALM_NEW(spread->asked_count, size, err) != 0 ||
	    RALM_NEW_ROWS(spread->mine, PIECE, dim, err) != 0 ||
	    RALM_NEW_ROWS(spread->all, PIECE, dim, err) != 0 ||
	    RALM_NEW_ROWS(spread->piece, PIECE, dim, err) != 0 ||
	    RALM_NEW(spread->mine_keys, PIECE, err) != 0)
		return -1;
	return RALM_NEW(spread->all_keys, PIECE, err);
}

int ralm_rows_ranks_init(struct ralm_rows_ranks *spread,
			 struct ralm_ranks *ranks, struct ralm_table *table,
			 enum ralm_rule rule, uint64_t rng_seed,
			 double deviation, struct ralm_threads *threads,
			 struct ralm_error *err)
{
	*spread = (struct ralm_rows_ranks){.ranks = ranks};
	ralm_new_keys_init(&spread->waiting);
	if (ralm_rows_local_init(&spread->local, table, 0, rule, rng_seed,
				 deviation, threads, err) == 0) {
		spread->rows = spread->local.rows;
		spread->rows.kind = &kind;
		if (init_room(spread, err) == 0)
			return 0;
	}
	ralm_rows_ranks_release(spread);
	return -1;
}

void ralm_rows_ranks_release(struct ralm_rows_ranks *spread)
{
	if (spread->ranks == NULL)
		return;
	ralm_rows_local_release(&spread->local);
	ralm_new_keys_release(&spread->waiting);
	free(spread->ask_count);
	free(spread->asked_count);
	free(spread->ask);
	free(spread->asked);
	free(spread->place);
	free(spread->vector);
	free(spread->answer);
	free(spread->user_of_row);
	free(spread->row_of_user);
	free(spread->user);
	free(spread->mine);
	free(spread->all);
	free(spread->piece);
	free(spread->mine_keys);
	free(spread->all_keys);
	memset(spread, 0, sizeof *spread);
}
