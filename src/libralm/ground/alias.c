#include "ground/alias.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

/* A cell is drawn uniformly. It gives its own number with probability keep / 2^32,
 * otherwise `other`, which may be its own number, too. */
struct ralm_alias_cell {
	uint32_t keep, other;
};

/* share * 2^32, of a share below 1; rounding may have left less than nothing. */
static uint32_t fraction(double share)
{
	return share <= 0 ? 0 : (uint32_t)(share * 0x1p32);
}

/* share: of each number, in cells; it is used up. small, large: scratch (count). A cell
 * whose number has less than one share is filled up from a number that has more. */
static void fill(struct ralm_alias_cell *cells, double *share,
		 uint32_t *small, uint32_t *large, size_t count)
{
	size_t smalls = 0, larges = 0;
	for (size_t i = 0; i < count; i++) {
		cells[i].other = (uint32_t)i;
		cells[i].keep = UINT32_MAX;
		if (share[i] < 1)
			small[smalls++] = (uint32_t)i;
		else
			large[larges++] = (uint32_t)i;
	}
	while (smalls > 0 && larges > 0) {
		uint32_t less = small[--smalls], more = large[larges - 1];
		cells[less].keep = fraction(share[less]);
		cells[less].other = more;
		share[more] -= 1 - share[less];
		if (share[more] < 1) {
			larges--;
			small[smalls++] = more;
		}
	}
}

/* Cells that were not filled up give their own number alone. But for rounding these are
 * numbers of exactly one share; one whose weight is 0 gives the heaviest instead. */
static void settle_zeros(struct ralm_alias_cell *cells, const double *weights,
			 size_t count)
{
	size_t heaviest = 0;
	for (size_t i = 1; i < count; i++)
		if (weights[i] > weights[heaviest])
			heaviest = i;
	for (size_t i = 0; i < count; i++)
		if (weights[i] <= 0 && cells[i].other == i)
			cells[i] = (struct ralm_alias_cell){0, (uint32_t)heaviest};
}

int ralm_alias_init(struct ralm_alias *alias, const double *weights,
		    size_t count, struct ralm_error *err)
{
	double sum = 0;
	double *share = ralm_aligned_new(count, sizeof *share, err);
	uint32_t *lists = ralm_aligned_new(count, 2 * sizeof *lists, err);
	struct ralm_alias_cell *cells =
		ralm_aligned_new(count, sizeof *cells, err);
	memset(alias, 0, sizeof *alias);
	if (share == NULL || lists == NULL || cells == NULL) {
		free(share);
		free(lists);
		free(cells);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		sum += weights[i];
	for (size_t i = 0; i < count; i++)
		share[i] = weights[i] * ((double)count / sum);
	fill(cells, share, lists, lists + count, count);
	settle_zeros(cells, weights, count);
	free(share);
	free(lists);
	alias->count = count;
	alias->cells = cells;
	return 0;
}

void ralm_alias_release(struct ralm_alias *alias)
{
	free(alias->cells);
	memset(alias, 0, sizeof *alias);
}

uint32_t ralm_alias_draw(const struct ralm_alias *alias, struct ralm_rng *rng)
{
	uint32_t i = (uint32_t)ralm_rng_below(rng, alias->count);
	const struct ralm_alias_cell *cell = &alias->cells[i];
	return (uint32_t)(ralm_rng_next(rng) >> 32) < cell->keep ? i
								   : cell->other;
}
