/* Memory: overflow-checked sizes, arrays that grow, and an arena for what
 * lives as long as one batch. Everything returned is 64-byte aligned where a
 * kernel will touch it (arena, ralm_aligned_new).
 *
 * A processor keeps the addresses of so many pages at hand (its TLB); random access
 * to more of them waits for the address as well as for the bytes. Arrays of
 * RALM_HUGE_LEAST bytes or more that do not grow (ralm_aligned_new) therefore lie in
 * huge pages of 2 MB, where the system has them (on Linux, unless
 * /sys/kernel/mm/transparent_hugepage/enabled says never); nothing but time
 * depends on it. They begin where a huge page does, and only huge pages that lie
 * wholly in the array are asked for: it takes no more memory than without, but
 * up to 2 MB more of addresses. Arrays that grow do without: Linux cannot move one
 * of which a part is in huge pages, and a copy takes time, and memory for both. The
 * arena and smaller arrays do without, too. */
#ifndef RALM_GROUND_MEMORY_H
#define RALM_GROUND_MEMORY_H

#include "ground/error.h"

enum { RALM_ALIGNMENT = 64, RALM_HUGE_LEAST = 2 << 20 };

/* The size of a buffer, in a build for a fuzzer a 512th of it: short inputs
 * cross its ends there, and a sanitizer has less to mark for each of them. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define RALM_BUFFER_SIZE(bytes) ((bytes) >> 9)
#else
#define RALM_BUFFER_SIZE(bytes) (bytes)
#endif

/* Asks for huge pages in memory that was allocated otherwise (mmap). A page
 * there is resident from the first byte that is touched: not for an array of
 * which little is used. Sizes below RALM_HUGE_LEAST are passed over. */
void ralm_memory_huge(void *memory, size_t bytes);

/* Makes the n-th piece, of RALM_POPULATE_BYTES, of a table of `bytes` bytes
 * resident, if the table is that long. Its content stays, whatever other
 * threads do with it.
 *
 * A page that is read before it is written is otherwise mapped in two steps,
 * and the second interrupts all threads. This is for a table that many threads
 * read and that fills slowly: little memory is used early, and no thread waits
 * long. Without effect where the system does not support it (Linux 5.14
 * does). */
enum { RALM_POPULATE_BYTES = 1 << 20 };
void ralm_memory_populate(void *table, size_t bytes, size_t n);

/* count * size of zeroed, 64-byte aligned memory; free with free().
 * NULL with err filled when it does not fit. count 0 gives a valid pointer. */
void *ralm_aligned_new(size_t count, size_t size, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Sets a pointer to that many zeroed elements, or to `count` rows of them, by
 * ralm_aligned_new. 0, or -1 with the pointer NULL. */
#define RALM_NEW(array, count, err) RALM_NEW_ROWS(array, count, 1, err)
#define RALM_NEW_ROWS(array, count, width, err)                           \
	(((array) = ralm_aligned_new(count, (width) * sizeof *(array),     \
				     err)) != NULL                        \
		 ? 0                                                       \
		 : -1)

/* Makes *array (malloc'd or NULL) hold at least `want` elements of `size`
 * bytes, growing by half so that appending is linear; *capacity is updated.
 * On failure the old array stands. */
int ralm_array_reserve(void *array, size_t *capacity, size_t want, size_t size,
		       struct ralm_error *err) RALM_MUST_CHECK;

/* The same, with array and capacity themselves in place of their addresses. */
#define RALM_RESERVE(array, capacity, want, err) \
	ralm_array_reserve(&(array), &(capacity), want, sizeof *(array), err)

/* An arena hands out memory that is returned all at once. Memory is not zeroed.
 * After a reset the same blocks are used again, so that a steady loop allocates
 * nothing. It holds less than five times the most that was asked for between two
 * resets, or a few MB. */
struct ralm_arena_block;
struct ralm_arena {
	struct ralm_arena_block *first, *current;
	size_t used; /* bytes taken from current */
	size_t held; /* bytes of all blocks */
};

void ralm_arena_init(struct ralm_arena *arena);
void ralm_arena_reset(struct ralm_arena *arena);
void ralm_arena_release(struct ralm_arena *arena);
void *ralm_arena_get(struct ralm_arena *arena, size_t count, size_t size,
		     struct ralm_error *err) RALM_MUST_CHECK;

#endif
