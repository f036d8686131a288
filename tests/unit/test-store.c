/* rows/users, rows/embedding_table, samples/sample_store and ground/spill: what training
 * keeps in memory. */
#include "check.h"

#include "libralm/ground/rng.h"
#include "libralm/samples/sample_store.h"
#include "libralm/rows/embedding_table.h"
#include "libralm/rows/users.h"

#include <math.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static struct ralm_error err;

/* ---- spill ------------------------------------------------------------- */

static bool append(struct ralm_spill *spill, uint32_t number)
{
	if (ralm_spill_reserve(spill, 1, &err) != 0)
		return false;
	((uint32_t *)spill->data)[spill->used++] = number;
	return true;
}

static bool filled(struct ralm_spill *spill, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!append(spill, i))
			return false;
	const uint32_t *data = spill->data;
	for (uint32_t i = 0; i < n; i++)
		if (data[i] != i)
			return false;
	return spill->used == n;
}

static void test_spill(void)
{
	struct ralm_spill_budget budget = {.left = 1 << 20};
	struct ralm_spill a, b;
	ralm_spill_init(&a, sizeof(uint32_t), &budget);
	ralm_spill_init(&b, sizeof(uint32_t), &budget);
	bool ok = filled(&a, 100000);
	check(ok && a.fd < 0 && budget.left + a.capacity * 4 == 1 << 20,
	      "within the budget it stays in RAM and the budget knows");
	check(filled(&b, 3000000) && b.fd >= 0 && a.fd < 0,
	      "past it, it goes to a file and reads the same");
	check(budget.left + a.capacity * 4 == 1 << 20,
	      "what moved to a file gives its RAM back");
	b.used = 0;
	check(filled(&b, 1000) && b.fd >= 0, "cleared, it keeps its room");
	check(ralm_spill_reserve(&b, SIZE_MAX, &err) == -1 && b.used == 1000,
	      "a size that overflows is refused and nothing changes");
	ralm_spill_release(&a);
	ralm_spill_release(&b);
	check(budget.left == 1 << 20, "the budget is whole again");

	/* Towards the end of the budget, too, it grows by more than one. */
	const int next = open("/dev/null", O_RDONLY);
	close(next);
	ralm_spill_init(&a, sizeof(uint32_t), &budget);
	int steps = 0;
	for (size_t capacity = 0; a.fd < 0; capacity = a.capacity) {
		if (!append(&a, 7))
			abort();
		steps += a.capacity != capacity;
	}
	check(steps < 60 && a.used == (1 << 18) + 1,
	      "%d steps to the end of the budget, all of it used", steps);
	ralm_spill_release(&a);
	const int again = open("/dev/null", O_RDONLY);
	close(again);
	check(next >= 0 && again == next, "and its file is closed");

	setenv("TMPDIR", "/nonexistent", 1);
	budget.left = 0;
	check(!filled(&a, 1) && a.used == 0 &&
		      strstr(err.message, "'/nonexistent'") != NULL,
	      "a TMPDIR that does not exist is told");
	unsetenv("TMPDIR");
	ralm_spill_release(&a);
}

/* ---- users ------------------------------------------------------------- */

static void test_users(void)
{
	enum { N = 50000 };
	struct ralm_users users, borrowed;
	bool ok = ralm_users_init(&users, N, &err) == 0, added;
	uint32_t row;
	for (uint32_t i = 0; i < N; i++) {
		/* Multiples of a large power of two: bad for a weak hash. */
		ok = ok && ralm_users_add(&row, &added, &users,
					  (uint64_t)i << 32, &err) == 0 &&
		     added && row == i;
		if (i % 1000 == 0)
			ok = ok && ralm_users_add(&row, &added, &users,
						  (uint64_t)(i / 2) << 32,
						  &err) == 0 &&
			     !added == (i > 0 || row == 0) && row == i / 2;
	}
	check(ok && users.count == N, "rows in order of first sight");
	for (uint32_t i = 0; i < N; i++)
		ok = ok && ralm_users_find(&users, (uint64_t)i << 32) == i &&
		     ralm_users_find(&users, ((uint64_t)i << 32) + 1) ==
			     RALM_ROW_NONE;
	check(ok, "known keys are found, others are not");
	check(ralm_users_add(&row, &added, &users, 1, &err) == -1 &&
		      !strcmp(err.message,
			      "more than 50000 users: raise --user-count") &&
		      err.code == RALM_ERROR_DATA && users.count == N,
	      "one user too many");

	size_t size = ralm_index_size(N);
	uint32_t *index = malloc(size * sizeof *index);
	struct ralm_index at_once = {index, size};
	ralm_index_fill(&at_once, users.keys, N);
	check(size == users.index.size && size * 2 >= 3 * (size_t)N &&
		      !memcmp(index, users.index.slots, size * sizeof *index),
	      "the index built at once is the index grown by adding");
	ok = true;
	for (size_t count = 0; count < 5000; count++) {
		size_t s = ralm_index_size(count);
		ok = ok && s >= 16 && (s & (s - 1)) == 0 && 2 * s >= 3 * count &&
		     (s == 16 || s < 3 * count + 3);
	}
	check(ok, "sizes of an index");

	check(ralm_users_borrow(&borrowed, users.keys, N, index, size, &err) == 0 &&
		      ralm_users_find(&borrowed, UINT64_C(77) << 32) == 77 &&
		      ralm_users_check(&borrowed, &err) == 0,
	      "users where they lie in a file");
	size_t slot = 0;
	while (index[slot] == RALM_ROW_NONE)
		slot++;
	index[slot] = index[slot] == 5 ? 6 : 5;
	check(ralm_users_check(&borrowed, &err) == -1,
	      "an index with a wrong row does not pass the check");
	for (slot = 0; slot < size; slot++)
		index[slot] = N + (uint32_t)slot;
	check(ralm_users_find(&borrowed, 0) == RALM_ROW_NONE,
	      "a hostile index: no end, no row in range; a search ends");
	check(ralm_users_borrow(&borrowed, users.keys, N, index, N, &err) == -1 &&
		      ralm_users_borrow(&borrowed, users.keys, 4, index, 8, &err) == -1 &&
		      ralm_users_borrow(&borrowed, users.keys, 16, index, 16, &err) == -1 &&
		      ralm_users_init(&borrowed, (size_t)1 << 31, &err) == -1,
	      "sizes that cannot be");
	free(index);
	ralm_users_release(&users);
}

static void test_users_at_once(void)
{
	enum { N = 1000 };
	struct ralm_users users;
	uint64_t keys[N];
	uint32_t rows[N + 1], row;
	bool ok = ralm_users_init(&users, N, &err) == 0, added;
	for (uint64_t i = 0; i < N; i++) {
		keys[i] = i * i % 997; /* with repetitions */
		if (keys[i] % 3 != 0)
			ok = ok && ralm_users_add(&row, &added, &users, keys[i],
						  &err) == 0;
	}
	for (size_t n = 0; n <= N; n = n < 100 ? n + 1 : n + 300) {
		rows[n] = 123456;
		ralm_users_find_all(rows, &users, keys + (N - n), n);
		for (size_t i = 0; i < n; i++)
			ok = ok && rows[i] == ralm_users_find(
						      &users,
						      keys[N - n + i]);
		ok = ok && rows[n] == 123456;
	}
	check(ok, "users found at once are those found one by one");
	ralm_users_release(&users);
}

/* ---- table ------------------------------------------------------------- */

static void test_table(void)
{
	struct ralm_table table, borrowed;
	bool ok = ralm_table_init(&table, 10000, 3, &err) == 0 &&
		  ralm_table_grow(&table, 1, &err) == 0;
	ralm_real *first = ralm_table_row(&table, 0);
	first[0] = 7;
	ok = ok && ralm_table_grow(&table, 9999, &err) == 0 &&
	     ralm_table_row(&table, 0) == first && first[0] == 7;
	for (size_t row = 1; row < 9999; row++)
		for (size_t d = 0; d < 3; d++) {
			ok = ok && ralm_table_row(&table, row)[d] == 0;
			ralm_table_row(&table, row)[d] = (ralm_real)(row * 3 + d);
		}
	for (size_t row = 1; row < 9999; row++)
		for (size_t d = 0; d < 3; d++)
			ok = ok && ralm_table_row(&table, row)[d] ==
					   (ralm_real)(row * 3 + d);
	check(ok, "rows start as zeros, never move, never overlap");
	check(ralm_table_grow(&table, 10001, &err) == -1 && table.rows == 9999 &&
		      ralm_table_grow(&table, 5, &err) == 0 && table.rows == 9999,
	      "no more rows than max_rows, no fewer than there are");
	ralm_table_release(&table);

	/* Blocks are allocated one by one up to the 64th, then two at once, of which
	 * the last allocation has one alone. */
	const size_t many = (size_t)66 * RALM_TABLE_BLOCK + 1;
	ok = ralm_table_init(&table, many, 1, &err) == 0;
	for (size_t rows = 0; ok && rows < many;) {
		const size_t next = rows + 130001 < many ? rows + 130001 : many;
		ok = ralm_table_grow(&table, next, &err) == 0;
		for (; ok && rows < next; rows++) {
			ok = *ralm_table_row(&table, rows) == 0;
			*ralm_table_row(&table, rows) = (ralm_real)rows;
		}
	}
	for (size_t row = 0; row < many; row++)
		ok = ok && *ralm_table_row(&table, row) == (ralm_real)row;
	check(ok, "blocks that are allocated together are rows of their own");
	ralm_table_release(&table);

	ralm_real *data = calloc(5000 * 3, sizeof *data);
	ok = ralm_table_borrow(&borrowed, data, 5000, 3, &err) == 0;
	for (size_t row = 0; row < 5000; row++)
		ok = ok && ralm_table_row(&borrowed, row) == data + row * 3;
	check(ok, "a table over memory of the caller");
	ralm_table_release(&borrowed);
	free(data);
}

static void test_row_start(void)
{
	enum { DIM = 101, ROWS = 2000 };
	ralm_real x[DIM], y[DIM];
	double sum = 0, square = 0, largest = 0;
	for (uint64_t key = 0; key < ROWS; key++) {
		ralm_table_row_start(x, DIM, 1, key, 0.5);
		for (size_t i = 0; i < DIM; i++) {
			sum += (double)x[i];
			square += (double)x[i] * (double)x[i];
			largest = worse(largest, fabs((double)x[i]));
		}
	}
	double n = (double)DIM * ROWS;
	check(fabs(sum / n) < 0.005 && fabs(sqrt(square / n) - 0.5) < 0.003 &&
		      largest < 0.8661 && largest > 0.865,
	      "uniform, mean 0, with the deviation asked for");
	ralm_table_row_start(x, DIM, 1, 7, 0.5);
	ralm_table_row_start(y, DIM - 1, 1, 7, 0.5);
	check(!memcmp(x, y, (DIM - 1) * sizeof *x),
	      "a function of rng_seed, key and place alone");
	ralm_table_row_start(y, DIM, 2, 7, 0.5);
	bool differs = memcmp(x, y, sizeof x) != 0;
	ralm_table_row_start(y, DIM, 1, 8, 0.5);
	check(differs && memcmp(x, y, sizeof x) != 0,
	      "another rng_seed or key, another vector");
	check(fabs((double)x[0] + 0.28641234) < 1e-7 &&
		      fabs((double)x[1] + 0.07365529) < 1e-7,
	      "the vector of key 7 never changes");
}

/* ---- samples ----------------------------------------------------------- */

static size_t bytes_used(const struct ralm_sample_store *store)
{
	const struct ralm_spill *const arrays[] = {
		&store->seeds, &store->list_starts, &store->samples,
		&store->run_starts, &store->run_lists};
	size_t bytes = 0;
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
		bytes += arrays[i]->used * arrays[i]->size;
	return bytes;
}

static void test_sample_store(uint64_t memory, const char *name)
{
	enum { LISTS = 3000 };
	struct ralm_sample_store store;
	bool ok = ralm_sample_store_init(&store, memory, NULL, &err) == 0;
	for (int twice = 0; twice < 2; twice++) {
		ralm_sample_store_clear(&store);
		uint32_t rows[50], samples = 0;
		size_t runs = 0, seeds = 0;
		for (uint32_t list = 0; list < LISTS; list++) {
			size_t n = 1 + list % 50;
			seeds += n;
			for (uint32_t i = 0; i < n; i++)
				rows[i] = list * 100 + i;
			ok = ok && ralm_sample_store_add_list(&store, rows, n,
							      &err) == 0;
			/* 0 to 199 samples a list. */
			uint32_t count = list * 7 % 200;
			runs += (count + RALM_RUN_MAX - 1) / RALM_RUN_MAX;
			for (uint32_t i = 0; i < count; i++, samples++)
				ok = ok && ralm_sample_store_add(
						   &store, samples, samples % 3 == 0,
						   true, &err) == 0;
		}
		ok = ok && store.count.lists == LISTS &&
		     store.count.samples == samples && store.count.runs == runs;
		/* 4 bytes a user occurrence, a list once however many samples
		 * it has; and what is said beside it. */
		ok = ok && bytes_used(&store) == 4 * (seeds + samples) +
						 8 * (LISTS + 1) +
						 8 * (runs + 1) + 4 * runs;
		size_t next = 0;
		for (size_t i = 0; i < runs; i++) {
			struct ralm_run run = ralm_sample_store_run(&store, i);
			ok = ok && run.sample_count > 0 &&
			     run.sample_count <= RALM_RUN_MAX &&
			     run.seed_count == 1 + run.list % 50 &&
			     run.seeds[0] == run.list * 100 &&
			     run.seeds[run.seed_count - 1] ==
				     run.list * 100 + run.seed_count - 1;
			for (size_t s = 0; ok && s < run.sample_count; s++)
				ok = ralm_sample_target(run.samples[s]) ==
					     next + s &&
				     ralm_sample_label(run.samples[s]) ==
					     ((next + s) % 3 == 0);
			next += run.sample_count;
		}
		ok = ok && next == samples;
	}
	check(ok && (store.samples.fd >= 0) == (memory < 1 << 20), "%s", name);
	ralm_sample_store_release(&store);
}

/* A run ends before a sample that it may be cut at, and is long enough there. */
static void test_cuts(void)
{
	enum { SAMPLES = 10 * RALM_RUN_MAX };
	static const size_t gaps[] = {1, 9, 1, RALM_RUN_MAX + 6, 3, 2, 30};
	const uint32_t row = 7;
	struct ralm_sample_store store;
	size_t runs = 0, start = 0, next = 0;
	bool ok = ralm_sample_store_init(&store, UINT64_MAX, NULL, &err) == 0 &&
		  ralm_sample_store_add_list(&store, &row, 1, &err) == 0;
	for (size_t i = 0, gap = 0; ok && i < SAMPLES; i++) {
		const bool may_cut = i == next;
		if (may_cut)
			next += gaps[gap++ % (sizeof gaps / sizeof *gaps)];
		ok = ralm_sample_store_add(&store, (uint32_t)i, 0, may_cut,
					   &err) == 0;
		if (i > 0 && !(may_cut && i - start >= RALM_RUN_MAX))
			continue;
		start = i;
		ok = ok && ++runs == store.count.runs &&
		     ralm_sample_target(*ralm_sample_store_run(
						 &store, runs - 1)
						 .samples) == i;
	}
	check(ok && runs > 5 && runs == store.count.runs &&
		      store.count.lists == 1,
	      "runs are cut where they may be, %zu of %d samples", runs,
	      SAMPLES);
	ralm_sample_store_release(&store);
}

static void add_uneven(struct ralm_sample_store *store, uint32_t first)
{
	bool ok = true;
	for (uint32_t i = 0; i < 300; i++) {
		const uint32_t rows[] = {i, first + 1, i * i};
		if (i % 71 % 7 == 0)
			ok &= ralm_sample_store_add_list(store, rows, 1 + i % 3,
							 &err) == 0;
		ok &= ralm_sample_store_add(store, first + i, i % 3 == 0, true,
					    &err) == 0;
	}
	check(ok, "uneven samples are added");
}

static uint64_t digest_of(const struct ralm_spill *array, size_t n,
			  uint64_t digest)
{
	return XXH3_64bits_withSeed(array->data, n * array->size, digest);
}

/* The number of a span is that of its arrays where they stand alone. */
static void test_digest(void)
{
	struct ralm_sample_store alone, many;
	bool ok = ralm_sample_store_init(&alone, UINT64_MAX, NULL, &err) == 0 &&
		  ralm_sample_store_init(&many, 5000, NULL, &err) == 0;
	add_uneven(&alone, 1000);
	add_uneven(&many, 7);
	struct ralm_span middle = {.store = &many, .begin = many.count};
	add_uneven(&many, 1000);
	middle.end = many.count;
	add_uneven(&many, 5);
	const struct ralm_span none = {&many, middle.end, middle.end};
	const struct ralm_span all = {.store = &alone, .end = alone.count};
	uint64_t digest = digest_of(&alone.seeds, alone.seeds.used, 31);
	digest = digest_of(&alone.list_starts, alone.count.lists + 1, digest);
	digest = digest_of(&alone.samples, alone.count.samples, digest);
	digest = digest_of(&alone.run_starts, alone.count.runs, digest);
	digest = digest_of(&alone.run_lists, alone.count.runs, digest);
	check(ok && ralm_span_digest(&all, 31) == digest &&
		      ralm_span_digest(&middle, 31) == digest,
	      "a span has the digest of its samples, wherever they lie");
	const uint64_t zero = 0;
	digest = XXH3_64bits_withSeed(NULL, 0, 31);
	digest = XXH3_64bits_withSeed(&zero, sizeof zero, digest);
	for (int i = 0; i < 3; i++)
		digest = XXH3_64bits_withSeed(NULL, 0, digest);
	check(ralm_span_digest(&none, 31) == digest, "and one without any");
	ralm_sample_store_release(&alone);
	ralm_sample_store_release(&many);
}

int main(void)
{
	test_spill();
	test_users();
	test_users_at_once();
	test_table();
	test_row_start();
	test_sample_store(UINT64_MAX / 2, "lists, samples and runs, in RAM");
	test_sample_store(10000, "the same past the memory budget");
	test_cuts();
	test_digest();
	return check_done();
}
