/* Rows of numbers for the tests of kernels, and what must lie behind their ends. */
#ifndef TESTS_UNIT_KERNEL_ROWS_H
#define TESTS_UNIT_KERNEL_ROWS_H

#include "kernel_sets.h"

enum { MOST = 103, BEHIND = 16, ROOM = MOST + BEHIND, ROWS = 5 };
static const float behind = 77;

/* Numbers for a test; the last BEHIND of the first n + BEHIND are `behind`. */
static float x[ROWS][ROOM], y[ROOM], z[ROOM];
static size_t n;

static inline void draw(float *row)
{
	for (size_t i = 0; i < ROOM; i++)
		row[i] = i < n ? (float)random_number() : behind;
}

static inline void draw_all(size_t length)
{
	n = length;
	for (size_t r = 0; r < ROWS; r++)
		draw(x[r]);
	draw(y);
	draw(z);
}

/* Is row as `want`, with nothing written behind it? */
static inline bool right(const float *row, const double *want)
{
	bool good = true;
	for (size_t i = 0; i < n; i++)
		good &= fabs((double)row[i] - want[i]) <=
			1e-6 * (1 + fabs(want[i]));
	for (size_t i = n; i < n + BEHIND; i++)
		good &= row[i] == behind;
	return good;
}

#endif
