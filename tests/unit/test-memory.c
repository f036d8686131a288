/* ground/memory: sizes, arrays that grow, huge pages, the arena. */
#include "check.h"
#include "may_return_null.h"

#include "libralm/ground/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void test_sizes(void)
{
	struct ralm_error err;
	check(ralm_aligned_new(SIZE_MAX / 2, 8, &err) == NULL &&
		      err.code == RALM_ERROR_SYSTEM,
	      "a size that overflows is refused");
	bool ok = true;
	static const size_t sizes[] = {1, 65, 4096, 300000, RALM_HUGE_LEAST + 1};
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		size_t bytes = sizes[k];
		char *p = ralm_aligned_new(bytes, 1, &err);
		ok = ok && p != NULL && (uintptr_t)p % RALM_ALIGNMENT == 0;
		for (size_t i = 0; ok && i < bytes; i++)
			ok = p[i] == 0;
		free(p);
	}
	check(ok, "new memory is aligned and zero, small or large");
}

static void test_growing(void)
{
	struct ralm_error err;
	uint32_t *array = NULL;
	size_t capacity = 0;
	bool ok = true;
	for (uint32_t i = 0; ok && i < 5000000; i++) {
		ok = ralm_array_reserve(&array, &capacity, i + 1, sizeof *array,
					&err) == 0 &&
		     capacity > i;
		if (ok)
			array[i] = i;
	}
	for (uint32_t i = 0; ok && i < 5000000; i++)
		ok = array[i] == i;
	check(ok, "an array that grows keeps what is in it");
	void *before = array;
	check(ralm_array_reserve(&array, &capacity, SIZE_MAX / 2, sizeof *array,
				 &err) == -1 &&
		      array == before && array[4999999] == 4999999,
	      "where it cannot grow the old one stands");
	free(array);
}

/* ---- huge pages ---------------------------------------------------------- */

#ifdef __linux__
/* Whether huge pages are asked for at that address: "hg" among the flags. */
static bool asked(const void *at)
{
	char line[512];
	unsigned long from, to;
	bool here = false, found = false;
	FILE *f = fopen("/proc/self/smaps", "r");
	while (f != NULL && !found && fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = from <= (uintptr_t)at && (uintptr_t)at < to;
		else if (here && strncmp(line, "VmFlags:", 8) == 0)
			found = strstr(line, " hg") != NULL;
	}
	if (f != NULL)
		fclose(f);
	return found;
}

static void test_huge(void)
{
	enum { BYTES = 64 << 20, HUGE_PAGE = 2 << 20 };
	struct ralm_error err;
	if (access("/sys/kernel/mm/transparent_hugepage/enabled", R_OK) != 0) {
		check(true, "huge pages # SKIP this kernel has none");
		return;
	}
	char *fixed = ralm_aligned_new(BYTES, 1, &err);
	check(fixed != NULL && asked(fixed + BYTES / 2),
	      "a large array asks for huge pages");
	free(fixed);
	fixed = ralm_aligned_new(RALM_HUGE_LEAST, 1, &err);
	check(fixed != NULL && (uintptr_t)fixed % HUGE_PAGE == 0 &&
		      asked(fixed) && asked(fixed + RALM_HUGE_LEAST - 1),
	      "one of the least size is a whole one");
	free(fixed);

	char *growing = NULL;
	size_t capacity = 0;
	check(ralm_array_reserve(&growing, &capacity, BYTES, 1, &err) == 0 &&
		      !asked(growing + BYTES / 2),
	      "and one that grows does not: it could not be moved");
	free(growing);

	char *ends = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ends == MAP_FAILED)
		return;
	char *aligned = ends + (HUGE_PAGE - (uintptr_t)ends % HUGE_PAGE) % HUGE_PAGE;
	ralm_memory_huge(aligned + 4096, 2 * HUGE_PAGE);
	check(!asked(aligned + 4096) && asked(aligned + HUGE_PAGE) &&
		      !asked(aligned + 2 * HUGE_PAGE),
	      "only huge pages that lie wholly in the array are asked for");
	ralm_memory_huge(aligned + 8 * HUGE_PAGE, RALM_HUGE_LEAST - 1);
	check(!asked(aligned + 8 * HUGE_PAGE), "and none for a small array");
	munmap(ends, BYTES);
}
#else
static void test_huge(void)
{
	check(true, "huge pages # SKIP not on this system");
}
#endif

/* ---- made resident ------------------------------------------------------- */

/* Pages of memory (bytes) that are resident, or -1. */
static long resident(void *memory, size_t bytes)
{
	static unsigned char there[1 << 14];
	const size_t pages = bytes / (size_t)getpagesize();
	if (pages > sizeof there || mincore(memory, bytes, (void *)there) != 0)
		return -1;
	long count = 0;
	for (size_t i = 0; i < pages; i++)
		count += there[i] & 1;
	return count;
}

/* Small pages, of which none is there. */
static char *fresh(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANON, -1, 0);
	if (memory == MAP_FAILED) {
		check(false, "set up");
		exit(1);
	}
#ifdef MADV_NOHUGEPAGE
	madvise(memory, bytes, MADV_NOHUGEPAGE);
#endif
	return memory;
}

static bool system_can(void)
{
	bool can = false;
#ifdef MADV_POPULATE_WRITE
	const size_t page = (size_t)getpagesize();
	char *memory = fresh(page);
	can = madvise(memory, page, MADV_POPULATE_WRITE) == 0;
	munmap(memory, page);
#endif
	return can;
}

static void test_populate(void)
{
	enum { PIECE = RALM_POPULATE_BYTES, BYTES = 3 * PIECE };
	const size_t page = (size_t)getpagesize();
	char *memory = fresh(BYTES);
	char *table = memory + 100; /* ends within the third piece */
	const size_t bytes = BYTES - 200 - PIECE / 2;
	memory[page + 5] = 7;
	ralm_memory_populate(table, bytes, 1);
	const long one = resident(memory, BYTES);
	for (size_t n = 0; n < 10; n++)
		ralm_memory_populate(table, bytes, n);
	const long all = resident(memory, BYTES);
	bool same = true;
	for (size_t i = 0; same && i < BYTES; i++)
		same = memory[i] == (i == page + 5 ? 7 : 0);
	check(same, "what is populated stays as it was");
	munmap(memory, BYTES);
	if (!system_can())
		check(true, "populated pages # SKIP the system cannot");
	else /* the page written, and a piece that begins within a page */
		check(one == 1 + PIECE / (long)page + 1 &&
			      all == (long)((bytes + 100 + page - 1) / page),
		      "a piece of a table is populated, and no more than all");
}

static void test_arena(void)
{
	struct ralm_error err;
	struct ralm_arena arena;
	ralm_arena_init(&arena);
	bool ok = true;
	void *first = NULL;
	for (int round = 0; round < 3; round++) {
		ralm_arena_reset(&arena);
		for (size_t i = 0; i < 100; i++) {
			char *p = ralm_arena_get(&arena, i * 1000, 1, &err);
			ok = ok && p != NULL && (uintptr_t)p % 64 == 0;
			memset(p, (int)i, i * 1000);
			if (i == 1) {
				ok = ok && (round == 0 || p == first);
				first = p;
			}
		}
		ok = ok && ralm_arena_get(&arena, 5 << 20, 1, &err) != NULL;
	}
	check(ok, "an arena gives aligned memory and reuses it after a reset");
	arena.held = SIZE_MAX / 2; /* of which half is more than there is */
	check(ralm_arena_get(&arena, 6 << 20, 1, &err) != NULL,
	      "without memory for more than the request the request alone will do");
	ralm_arena_release(&arena);
}

/* Rounds that ask for a little more each, as longer and longer lists do. */
static void test_arena_rising(void)
{
	enum { ROUNDS = 2000, FIRST = 3 << 20, STEP = 4096 };
	struct ralm_error err;
	struct ralm_arena arena;
	ralm_arena_init(&arena);
	bool ok = true;
	for (size_t i = 0; ok && i < ROUNDS; i++) {
		ralm_arena_reset(&arena);
		for (int n = 0; ok && n < 3; n++)
			ok = ralm_arena_get(&arena, FIRST + i * STEP, 1, &err);
	}
	const size_t most = 3 * (FIRST + ROUNDS * (size_t)STEP);
	check(ok && arena.held < 5 * most,
	      "requests that rise: %zu MB are held for %zu", arena.held >> 20,
	      most >> 20);
	ralm_arena_release(&arena);
}

int main(void)
{
	test_sizes();
	test_growing();
	test_huge();
	test_populate();
	test_arena();
	test_arena_rising();
	return check_done();
}
