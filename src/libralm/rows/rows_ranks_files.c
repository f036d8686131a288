/* Rows over ranks for files: piece by piece to rank 0, and from there back. */
#include "rows/rows_ranks_parts.h"

#include <string.h>

enum { PIECE = RALM_ROWS_PIECE };

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
	size_t place = ralm_rows_dealt(spread, first, i, rank);
	for (unsigned r = 0; r < rank; r++)
		place += spread->ranks->counts[r];
	return place;
}

void ralm_rows_ranks_collect(struct ralm_rows_ranks *spread, unsigned part, size_t i)
{
	const size_t own = ralm_rows_deal(spread, i * PIECE, piece_rows(spread, i));
	copy_own(spread, part, i * PIECE, own, false);
	spread->ranks->calls->gather(spread->ranks, spread->all,
				     spread->ranks->counts, spread->mine, own,
				     spread->rows.dim[part] *
					     sizeof *spread->mine);
}

const ralm_real *ralm_rows_ranks_read(struct ralm_rows *rows, unsigned part,
				      size_t i)
{
	struct ralm_rows_ranks *spread = ralm_spread_of(rows);
	const size_t dim = rows->dim[part], n = piece_rows(spread, i);
	ralm_rows_ranks_announce(spread, RALM_ROWS_READ, part, i, 0);
	ralm_rows_ranks_collect(spread, part, i);
	for (size_t k = 0; k < n; k++)
		memcpy(spread->piece + k * dim,
		       spread->all + place_in_piece(spread, i * PIECE, k) * dim,
		       dim * sizeof *spread->piece);
	return spread->piece;
}

void ralm_rows_ranks_hand_out(struct ralm_rows_ranks *spread, unsigned part, size_t i,
			      size_t n)
{
	const size_t own = ralm_rows_deal(spread, i * PIECE, n);
	spread->ranks->calls->scatter(spread->ranks, spread->mine, own,
				      spread->all, spread->ranks->counts,
				      spread->rows.dim[part] *
					      sizeof *spread->mine);
	copy_own(spread, part, i * PIECE, own, true);
}

void ralm_rows_ranks_write(struct ralm_rows *rows, unsigned part, size_t i,
			   const ralm_real *from, size_t n)
{
	struct ralm_rows_ranks *spread = ralm_spread_of(rows);
	const size_t dim = rows->dim[part];
	ralm_rows_ranks_announce(spread, RALM_ROWS_WRITE, part, i, n);
	ralm_rows_deal(spread, i * PIECE, n);
	for (size_t k = 0; k < n; k++)
		memcpy(spread->all + place_in_piece(spread, i * PIECE, k) * dim,
		       from + k * dim, dim * sizeof *from);
	ralm_rows_ranks_hand_out(spread, part, i, n);
}
