/* rows/rows_local: rows are made from their keys, given out in any order, moved
 * by the sum of what blocks found for them, and read and written in pieces. */
#include "check.h"
#include "pool.h"

#include "libralm/kernels/kernels.h"
#include "libralm/ground/rng.h"
#include "libralm/rows/rows_local.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { D = 5, ROWS = RALM_ROWS_PIECE + 3, THREADS = 3, RNG_SEED = 7 };

static struct ralm_error err;
static struct ralm_table table;
static struct ralm_rows_local local;
static struct ralm_rows *const rows = &local.rows;
static uint64_t keys[ROWS];

static void make(enum ralm_rule rule)
{
	if (ralm_table_init(&table, ROWS, D, &err) != 0 ||
	    ralm_rows_local_init(&local, &table, 0, rule, RNG_SEED, 0.5,
				 pool(THREADS), &err) != 0 ||
	    ralm_rows_fetch(rows, keys, ROWS, &err) != 0)
		abort();
}

static void release(void)
{
	ralm_rows_local_release(&local);
	ralm_table_release(&table);
}

static void test_fetch(void)
{
	ralm_real start[D];
	bool right = true;
	if (ralm_table_init(&table, ROWS, D, &err) != 0 ||
	    ralm_rows_local_init(&local, &table, 0, RALM_RULE_ADAM, RNG_SEED,
				 0.5, pool(THREADS), &err) != 0)
		abort();
	check(rows->parts == 3 && rows->dim[0] == D && rows->dim[2] == D,
	      "a vector and what adam keeps");
	for (size_t count = 1; count < ROWS; count = count * 3 + 1)
		right &= ralm_rows_fetch(rows, keys, count, &err) == 0;
	ralm_table_row(&table, 4)[2] = 9; /* it has learned */
	right &= ralm_rows_fetch(rows, keys, 5, &err) == 0 &&
		 ralm_rows_fetch(rows, keys, ROWS, &err) == 0 &&
		 ralm_table_row(&table, 4)[2] == 9;
	ralm_table_row_start(start, D, RNG_SEED, keys[4], 0.5);
	ralm_table_row(&table, 4)[2] = start[2];
	for (size_t row = 0; row < ROWS; row++) {
		ralm_table_row_start(start, D, RNG_SEED, keys[row], 0.5);
		right &= !memcmp(ralm_table_row(&table, row), start,
				 sizeof start);
	}
	check(right, "rows are made once, from their keys");
	check(ralm_rows_fetch(rows, keys, ROWS + 1, &err) == -1,
	      "and no more than the table takes");
	release();
}

/* As a model brings them along: the first rows are there. */
static void test_known(void)
{
	bool right = ralm_table_init(&table, ROWS, D, &err) == 0 &&
		     ralm_table_grow(&table, 5, &err) == 0;
	for (size_t i = 0; right && i < 5 * D; i++)
		ralm_table_row(&table, 0)[i] = (ralm_real)i;
	right = right &&
		ralm_rows_local_init(&local, &table, 5, RALM_RULE_ADAM,
				     RNG_SEED, 0.5, pool(THREADS), &err) == 0 &&
		ralm_rows_fetch(rows, keys, 5, &err) == 0;
	if (!right)
		abort();
	for (size_t i = 0; i < 5 * D; i++)
		right &= ralm_rows_read(rows, RALM_ROW_STATE + 1, 0)[i] == 0;
	right &= ralm_rows_fetch(rows, keys, 9, &err) == 0;
	for (size_t i = 0; i < 5 * D; i++)
		right &= ralm_table_row(&table, 0)[i] == (ralm_real)i;
	check(right, "rows that were there stay, with what is kept of them");
	release();
}

static void count_up(void *context)
{
	++*(int *)context;
}

static void test_gather(void)
{
	uint32_t row[201];
	ralm_real X[201 * D];
	int done = 0;
	const struct ralm_beside beside = {count_up, &done};
	bool right = true;
	make(RALM_RULE_SGD);
	for (uint32_t i = 0; i < 201; i++)
		row[i] = (i * 2741 + 5) % ROWS;
	for (size_t n = 0; n <= 201; n += 67) {
		memset(X, 0, sizeof X);
		right &= ralm_rows_gather(X, rows, row, n, &beside, &err) == 0;
		for (size_t i = 0; i < n; i++)
			right &= !memcmp(X + i * D,
					 ralm_table_row(&table, row[i]),
					 D * sizeof *X);
		right &= n == 201 || X[n * D] == 0;
	}
	check(right, "the rows asked for, in that order");
	check(done == 4, "what is to be done beside is done once");
	release();
}

/* ---- the gradients of blocks --------------------------------------------- */

enum { U = 150, BLOCKS = 4 };

struct block {
	uint32_t row[U], place[U];
	ralm_real dX[U * D];
	size_t count;
};

/* Block k has each user whose number is a multiple of k + 1, backwards; the last
 * has one. */
static void draw(struct block *block, size_t k, struct ralm_rng *rng)
{
	block->count = 0;
	for (uint32_t u = U; u-- > 0;) {
		if (k == BLOCKS - 1 ? u != 11 : u % (k + 1) != 0)
			continue;
		block->place[block->count] = u;
		block->row[block->count] = (u * 31 + 2) % ROWS;
		for (size_t d = 0; d < D; d++)
			block->dX[block->count * D + d] =
				(ralm_real)(ralm_rng_uniform(rng) - 0.5);
		block->count++;
	}
}

/* The sum of what the blocks have for a user, by hand. */
static void sum(ralm_real g[D], const struct block *blocks, uint32_t u)
{
	bool begun = false;
	for (size_t k = 0; k < BLOCKS; k++)
		for (size_t i = 0; i < blocks[k].count; i++) {
			const ralm_real *dX = blocks[k].dX + i * D;
			if (blocks[k].place[i] != u)
				continue;
			for (size_t d = 0; d < D; d++)
				g[d] = begun ? g[d] + dX[d] : dX[d];
			begun = true;
		}
}

static void test_blocks(void)
{
	static struct block blocks[BLOCKS];
	struct ralm_row_gradients found[BLOCKS];
	struct ralm_rows_moved moved;
	struct ralm_rng rng;
	static ralm_real want[U][D];
	int done = 0;
	const struct ralm_beside beside = {count_up, &done};
	bool right = true;
	make(RALM_RULE_SGD);
	ralm_rng_init(&rng, 3, 0);
	for (size_t k = 0; k < BLOCKS; k++) {
		draw(&blocks[k], k, &rng);
		found[k] = (struct ralm_row_gradients){
			blocks[k].row, blocks[k].place, blocks[k].dX,
			blocks[k].count};
	}
	for (uint32_t u = 0; u < U; u++) {
		ralm_real g[D], *x = want[u];
		sum(g, blocks, u);
		memcpy(x, ralm_table_row(&table, (u * 31 + 2) % ROWS),
		       sizeof want[u]);
		ralm_kernels()->update->sgd(x, g, D, (ralm_real)0.25, (ralm_real)0.75);
	}
	right = ralm_rows_scatter(rows, found, BLOCKS, U, &err) == 0 &&
		ralm_rows_step(&moved, rows, (ralm_real)0.25, (ralm_real)0.75,
			       &beside, &err) == 0;
	for (uint32_t u = 0; u < U; u++)
		right &= !memcmp(ralm_table_row(&table, (u * 31 + 2) % ROWS),
				 want[u], sizeof want[u]);
	check(right, "blocks are added in their order, bit by bit");
	check(moved.rows == U && moved.bad == 0 && done == 1,
	      "each row has moved once");
	release();
}

/* Two steps with one block: what is kept of a row is the row's own. A third has
 * a gradient that is none. */
static void test_one_block(void)
{
	static struct block block;
	static struct { ralm_real x[D], m[D], v[D]; } want[U];
	struct ralm_row_gradients found;
	struct ralm_rows_moved moved;
	struct ralm_rng rng;
	bool right = true;
	make(RALM_RULE_ADAM);
	ralm_rng_init(&rng, 4, 0);
	draw(&block, 0, &rng);
	found = (struct ralm_row_gradients){block.row, NULL, block.dX, U};
	for (size_t i = 0; i < U; i++)
		memcpy(want[i].x, ralm_table_row(&table, block.row[i]),
		       sizeof want[i].x);
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < U; i++)
			ralm_rule_move(&(struct ralm_learned){
					       want[i].x,
					       {want[i].m, want[i].v},
					       D},
				       RALM_RULE_ADAM, ralm_kernels()->update,
				       block.dX + i * D, (ralm_real)0.25, 1);
		right &= ralm_rows_scatter(rows, &found, 1, U, &err) == 0 &&
			 ralm_rows_step(&moved, rows, (ralm_real)0.25, 1, NULL,
					&err) == 0 &&
			 moved.rows == U && moved.bad == 0;
	}
	for (size_t i = 0; i < U; i++)
		right &= !memcmp(ralm_table_row(&table, block.row[i]),
				 want[i].x, sizeof want[i].x);
	check(right, "one block, two steps of adam");
	block.dX[U * D - 2] = NAN;
	right = ralm_rows_scatter(rows, &found, 1, U, &err) == 0 &&
		ralm_rows_step(&moved, rows, (ralm_real)0.25, 1, NULL, &err) == 0;
	check(right && moved.bad & RALM_BAD_GRADIENT,
	      "a gradient that is not finite, in the last row");
	release();
}

/* ---- refresh ------------------------------------------------------------- */

/* Rows gathered before a step, of which it moved some. Those that it did not move
 * are left alone. The second step moves others, and rows far behind. */
static void test_refresh(void)
{
	enum { N = 401 };
	static ralm_real X[N * D], dX[2 * D];
	uint32_t row[N];
	struct ralm_row_gradients found[2] = {
		{(const uint32_t[]){3, 40}, (const uint32_t[]){0, 1}, dX, 2},
		{(const uint32_t[]){40, 7}, (const uint32_t[]){1, 2}, dX, 2},
	};
	const struct ralm_row_gradients second = {
		(const uint32_t[]){ROWS - 1, 40}, NULL, dX, 2};
	struct ralm_rows_moved moved;
	bool right = true;
	make(RALM_RULE_SGD);
	for (uint32_t i = 0; i < N; i++)
		row[i] = i % 2 ? i / 2 : ROWS - 1 - i / 2;
	for (size_t i = 0; i < 2 * D; i++)
		dX[i] = 1;
	for (int step = 0; step < 2; step++) {
		right &= ralm_rows_gather(X, rows, row, N, NULL, &err) == 0;
		for (size_t i = 0; i < N; i++)
			if (row[i] == 5)
				X[i * D] = 77;
		right &= (step == 0 ? ralm_rows_scatter(rows, found, 2, 3, &err)
				    : ralm_rows_scatter(rows, &second, 1, 2,
							&err)) == 0 &&
			 ralm_rows_step(&moved, rows, (ralm_real)0.25, 1, NULL,
					&err) == 0 &&
			 ralm_rows_refresh(X, rows, row, N, &err) == 0;
		for (size_t i = 0; i < N; i++)
			right &= row[i] == 5
					 ? X[i * D] == 77
					 : !memcmp(X + i * D,
						   ralm_table_row(&table, row[i]),
						   D * sizeof *X);
	}
	check(right, "what a step moved is gathered again, and no more");
	release();
}

/* ---- files --------------------------------------------------------------- */

static void test_pieces(enum ralm_rule rule, unsigned part, size_t dim)
{
	static ralm_real all[ROWS * D];
	const ralm_real *behind = all + RALM_ROWS_PIECE * dim;
	make(rule);
	for (size_t i = 0; i < ROWS * dim; i++)
		all[i] = (ralm_real)i + 1;
	ralm_rows_write(rows, part, 0, all, RALM_ROWS_PIECE);
	ralm_rows_write(rows, part, 1, behind, 3);
	check(rows->dim[part] == dim &&
		      !memcmp(ralm_rows_read(rows, part, 0), all,
			      RALM_ROWS_PIECE * dim * sizeof *all) &&
		      !memcmp(ralm_rows_read(rows, part, 1), behind,
			      3 * dim * sizeof *all),
	      "what was written is read, %zu numbers a row", dim);
	check(ralm_rows_read(rows, RALM_ROW_VECTOR, 1) ==
		      ralm_table_row(&table, RALM_ROWS_PIECE),
	      "vectors are where they lie");
	release();
}

int main(void)
{
	for (size_t i = 0; i < ROWS; i++)
		keys[i] = i * i + 1000;
	test_fetch();
	test_known();
	test_gather();
	test_blocks();
	test_one_block();
	test_refresh();
	test_pieces(RALM_RULE_ROWWISE_ADAGRAD, RALM_ROW_STATE, 1);
	test_pieces(RALM_RULE_ADAM, RALM_ROW_STATE + 1, D);
	return check_done();
}
