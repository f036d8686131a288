#include "score_lists.h"

#include "../ground/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* A set holds few lists, so that a look is short; the list that makes room is
 * the next one in turn that was not used since its last turn. */
enum { WAYS = 4, LOCKS = 64, SEEN = 1 << 16 };

struct entry {
	uint64_t hash;
	size_t count, n;
	size_t bytes;
	uint64_t keys[]; /* (count), then rows (n), then g (width) */
};

struct set {
	struct entry *way[WAYS];
	bool used[WAYS];
	unsigned char hand;
};

struct ralm_score_lists {
	uint64_t bytes_most;
	size_t width;
	size_t set_count; /* a power of two */
	struct set *sets;
	pthread_mutex_t lock[LOCKS]; /* of the sets whose number ends in it */
	_Atomic uint64_t bytes;
	_Atomic size_t sweep; /* the set that is emptied next */
	_Atomic uint32_t seen[SEEN]; /* parts of hashes of lists offered once */
};

static uint32_t *entry_rows(struct entry *entry)
{
	return (uint32_t *)(entry->keys + entry->count);
}

static float *entry_g(struct entry *entry)
{
	return (float *)(entry_rows(entry) + entry->n);
}

struct ralm_score_lists *ralm_score_lists_new(uint64_t bytes, size_t width,
					      struct ralm_error *err)
{
	/* calloc: pages that are never touched take no memory. */
	struct ralm_score_lists *lists = calloc(1, sizeof *lists);
	if (lists == NULL) {
		ralm_error_memory(err, sizeof *lists);
		return NULL;
	}
	/* A list of 20 seeds: 64 bytes of entry, 240 of users, and g. */
	uint64_t lists_most = bytes / (304 + width * sizeof(float));
	lists->set_count = 16;
	while (lists->set_count < 1 << 24 &&
	       lists->set_count * WAYS < lists_most)
		lists->set_count *= 2;
	lists->bytes_most = bytes;
	lists->width = width;
	lists->sets = calloc(lists->set_count, sizeof *lists->sets);
	if (lists->sets == NULL) {
		ralm_error_memory(err, lists->set_count * sizeof *lists->sets);
		free(lists);
		return NULL;
	}
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_init(&lists->lock[i], NULL);
	return lists;
}

void ralm_score_lists_free(struct ralm_score_lists *lists)
{
	if (lists == NULL)
		return;
	for (size_t s = 0; s < lists->set_count; s++)
		for (size_t w = 0; w < WAYS; w++)
			free(lists->sets[s].way[w]);
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&lists->lock[i]);
	free(lists->sets);
	free(lists);
}

uint64_t ralm_score_lists_hash(const uint64_t *keys, size_t count)
{
	return XXH3_64bits(keys, count * sizeof *keys);
}

static struct set *lock_set(struct ralm_score_lists *lists, size_t s)
{
	pthread_mutex_lock(&lists->lock[s % LOCKS]);
	return &lists->sets[s];
}

static void unlock_set(struct ralm_score_lists *lists, size_t s)
{
	pthread_mutex_unlock(&lists->lock[s % LOCKS]);
}

/* The way that holds the list, or WAYS. */
static size_t find_way(const struct set *set, uint64_t hash,
		       const uint64_t *keys, size_t count)
{
	size_t w = 0;
	for (; w < WAYS; w++) {
		const struct entry *entry = set->way[w];
		if (entry != NULL && entry->hash == hash &&
		    entry->count == count &&
		    memcmp(entry->keys, keys, count * sizeof *keys) == 0)
			break;
	}
	return w;
}

bool ralm_score_lists_find(uint32_t *rows, size_t *n, float *g,
			   struct ralm_score_lists *lists, uint64_t hash,
			   const uint64_t *keys, size_t count)
{
	size_t s = hash & (lists->set_count - 1);
	struct set *set = lock_set(lists, s);
	size_t w = find_way(set, hash, keys, count);
	if (w < WAYS) {
		struct entry *entry = set->way[w];
		set->used[w] = true;
		memcpy(rows, entry_rows(entry), entry->n * sizeof *rows);
		memcpy(g, entry_g(entry), lists->width * sizeof *g);
		*n = entry->n;
	}
	unlock_set(lists, s);
	return w < WAYS;
}

/* Frees the list in a way, if any. */
static void drop(struct ralm_score_lists *lists, struct set *set, size_t w)
{
	if (set->way[w] == NULL)
		return;
	atomic_fetch_sub(&lists->bytes, set->way[w]->bytes);
	free(set->way[w]);
	set->way[w] = NULL;
}

/* The next way in turn that was not used since its last turn. */
static size_t choose_way(struct set *set)
{
	for (;;) {
		size_t w = set->hand;
		set->hand = (unsigned char)((w + 1) % WAYS);
		if (set->way[w] == NULL || !set->used[w])
			return w;
		set->used[w] = false;
	}
}

/* Drops lists, set by set, until what is left is within the bound. */
static void shrink(struct ralm_score_lists *lists)
{
	while (atomic_load(&lists->bytes) > lists->bytes_most) {
		size_t s = atomic_fetch_add(&lists->sweep, 1) &
			   (lists->set_count - 1);
		struct set *set = lock_set(lists, s);
		drop(lists, set, choose_way(set));
		unlock_set(lists, s);
	}
}

static struct entry *entry_new(const struct ralm_score_lists *lists,
			       uint64_t hash, const uint64_t *keys,
			       size_t count, const uint32_t *rows, size_t n,
			       const float *g)
{
	size_t bytes = sizeof(struct entry) + count * sizeof *keys +
		       n * sizeof *rows + lists->width * sizeof *g;
	/* One list may not drive all others out. */
	if (bytes > lists->bytes_most / 4)
		return NULL;
	struct entry *entry = malloc(bytes);
	if (entry == NULL)
		return NULL;
	entry->hash = hash;
	entry->count = count;
	entry->n = n;
	entry->bytes = bytes;
	memcpy(entry->keys, keys, count * sizeof *keys);
	memcpy(entry_rows(entry), rows, n * sizeof *rows);
	memcpy(entry_g(entry), g, lists->width * sizeof *g);
	return entry;
}

void ralm_score_lists_offer(struct ralm_score_lists *lists, uint64_t hash,
			    const uint64_t *keys, size_t count,
			    const uint32_t *rows, size_t n, const float *g)
{
	/* The place and the number are from different bits of the hash. */
	uint32_t mark = (uint32_t)(hash >> 32) | 1;
	_Atomic uint32_t *seen = &lists->seen[hash % SEEN];
	if (atomic_exchange_explicit(seen, mark, memory_order_relaxed) != mark)
		return;
	struct entry *entry =
		entry_new(lists, hash, keys, count, rows, n, g);
	if (entry == NULL)
		return;
	size_t s = hash & (lists->set_count - 1);
	struct set *set = lock_set(lists, s);
	if (find_way(set, hash, keys, count) < WAYS) {
		free(entry);
	} else {
		size_t w = choose_way(set);
		drop(lists, set, w);
		set->way[w] = entry;
		set->used[w] = false;
		atomic_fetch_add(&lists->bytes, entry->bytes);
	}
	unlock_set(lists, s);
	shrink(lists);
}
