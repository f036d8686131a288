#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct ralm_arena_block {
	struct ralm_arena_block *next;
	size_t size;
	char *bytes;
};

enum { ARENA_BLOCK = RALM_BUFFER_SIZE(1 << 20), HUGE_PAGE = 2 << 20 };

static int product(size_t *bytes, size_t count, size_t size,
		   struct ralm_error *err)
{
	/* Room for rounding up to the alignment stays below SIZE_MAX. */
	if (size != 0 && count > (SIZE_MAX - RALM_ALIGNMENT) / size) {
		ralm_error_memory(err, SIZE_MAX);
		return -1;
	}
	*bytes = count * size;
	return 0;
}

static size_t round_up(size_t bytes)
{
	return (bytes + RALM_ALIGNMENT - 1) / RALM_ALIGNMENT * RALM_ALIGNMENT;
}

static void *aligned(size_t bytes, size_t alignment, struct ralm_error *err)
{
	size_t rounded = bytes ? round_up(bytes) : RALM_ALIGNMENT;
	void *memory;
	if (posix_memalign(&memory, alignment, rounded) == 0)
		return memory;
	ralm_error_memory(err, rounded);
	return NULL;
}

void ralm_memory_huge(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
	const size_t page = HUGE_PAGE;
	if (bytes < RALM_HUGE_LEAST)
		return;
	size_t skip = (page - (uintptr_t)memory % page) % page;
	/* A system without huge pages refuses, which does no harm. */
	madvise((char *)memory + skip, (bytes - skip) / page * page,
		MADV_HUGEPAGE);
#else
	(void)memory;
	(void)bytes;
#endif
}

void ralm_memory_populate(void *table, size_t bytes, size_t n)
{
#ifdef MADV_POPULATE_WRITE
	const size_t piece = RALM_POPULATE_BYTES;
	if (n >= bytes / piece + (bytes % piece != 0))
		return;
	const size_t begin = n * piece;
	const size_t length = bytes - begin < piece ? bytes - begin : piece;
	char *start = (char *)table + begin;
	const size_t before = (uintptr_t)start % (size_t)getpagesize();
	madvise(start - before, before + length, MADV_POPULATE_WRITE);
#else
	(void)table;
	(void)bytes;
	(void)n;
#endif
}

void *ralm_aligned_new(size_t count, size_t size, struct ralm_error *err)
{
	size_t bytes;
	if (product(&bytes, count, size, err) != 0)
		return NULL;
	/* Where huge pages are asked for, it begins with one. */
	void *memory = aligned(bytes, bytes < RALM_HUGE_LEAST ? RALM_ALIGNMENT
							      : HUGE_PAGE, err);
	if (memory != NULL) {
		ralm_memory_huge(memory, bytes);
		memset(memory, 0, bytes);
	}
	return memory;
}

int ralm_array_reserve(void *array, size_t *capacity, size_t want, size_t size,
		       struct ralm_error *err)
{
	if (want <= *capacity)
		return 0;
	size_t grown = *capacity + *capacity / 2;
	if (grown < want)
		grown = want;
	if (grown < 16)
		grown = 16;
	size_t bytes;
	if (product(&bytes, grown, size, err) != 0)
		return -1;
	void *old;
	memcpy(&old, array, sizeof old); /* array is a T **, T unknown here */
	void *new = realloc(old, bytes);
	if (new == NULL)
		return ralm_error_memory(err, bytes);
	memcpy(array, &new, sizeof new);
	*capacity = grown;
	return 0;
}

void ralm_arena_init(struct ralm_arena *arena)
{
	memset(arena, 0, sizeof *arena);
}

void ralm_arena_reset(struct ralm_arena *arena)
{
	arena->current = arena->first;
	arena->used = 0;
}

void ralm_arena_release(struct ralm_arena *arena)
{
	struct ralm_arena_block *block = arena->first;
	while (block != NULL) {
		struct ralm_arena_block *next = block->next;
		free(block->bytes);
		free(block);
		block = next;
	}
	ralm_arena_init(arena);
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static struct ralm_arena_block *block_new(size_t bytes, struct ralm_error *err)
{
	struct ralm_arena_block *block = malloc(sizeof *block);
	if (block == NULL) {
		ralm_error_memory(err, sizeof *block);
		return NULL;
	}
	block->next = NULL;
	block->size = bytes;
	block->bytes = aligned(block->size, RALM_ALIGNMENT, err);
	if (block->bytes == NULL) {
		free(block);
		return NULL;
	}
	return block;
}

void *ralm_arena_get(struct ralm_arena *arena, size_t count, size_t size,
		     struct ralm_error *err)
{
	size_t bytes;
	if (product(&bytes, count, size, err) != 0)
		return NULL;
	bytes = round_up(bytes);
	/* A block too small for this request stays unused until the reset. */
	while (arena->current != NULL &&
	       arena->current->size - arena->used < bytes) {
		if (arena->current->next == NULL)
			break;
		arena->current = arena->current->next;
		arena->used = 0;
	}
	if (arena->current == NULL ||
	    arena->current->size - arena->used < bytes) {
		/* Each is half of all before it or more: of requests that rise
		 * slowly few need another one. Without memory for that much the
		 * request alone may do. */
		struct ralm_arena_block *block = block_new(
			larger(bytes, larger(ARENA_BLOCK, arena->held / 2)), NULL);
		if (block == NULL)
			block = block_new(bytes, err);
		if (block == NULL)
			return NULL;
		arena->held += block->size;
		if (arena->current == NULL)
			arena->first = block;
		else
			arena->current->next = block;
		arena->current = block;
		arena->used = 0;
	}
	void *memory = arena->current->bytes + arena->used;
	arena->used += bytes;
	return memory;
}
