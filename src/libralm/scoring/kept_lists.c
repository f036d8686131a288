#include "scoring/kept_lists.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* A hash leads to a set of WAYS lists. When a set is full, its lists take turns (the
 * clock algorithm): the next one that was not used since its last turn goes. */
enum { WAYS = 4, LOCKS = 64, SEEN = 1 << 16 };

struct entry {
	uint64_t hash;
	size_t count, n, known; /* keys; rows; known seeds */
	bool centroids;
	double lost;
	size_t bytes;
	/* (count). Then rows and numbers; of centroids numbers, m and the fronts
	 * of their rows (the numbers of a row that cosines read). */
	uint64_t keys[];
};

struct set {
	_Atomic uint32_t mark[WAYS]; /* of each list; read without a lock */
	struct entry *way[WAYS];     /* the lists; NULL: none */
	bool used[WAYS];             /* since its last turn */
	unsigned char hand;          /* whose turn is next */
};

struct ralm_kept_lists {
	struct ralm_scoring_sizes sizes;
	uint64_t bytes_most;
	size_t set_count; /* a power of two */
	struct set *sets;
	pthread_mutex_t lock[LOCKS]; /* lock i: of the sets i modulo LOCKS */
	/* A bit for each set: whether a list was ever put into it. Other sets are
	 * not looked into, so that they take neither time nor memory. */
	_Atomic uint64_t *begun;
	_Atomic uint64_t bytes;
	_Atomic size_t sweep; /* the set that makes room next (shrink) */
	_Atomic uint32_t seen[SEEN]; /* marks of lists */
};

/* Part of a hash, never 0; other bits than those that choose the set. */
static uint32_t mark_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

static size_t set_of(const struct ralm_kept_lists *lists, uint64_t hash)
{
	return hash & (lists->set_count - 1);
}

/* Acquire: whoever sees the bit sees the set as it was begun. */
static bool is_begun(const struct ralm_kept_lists *lists, size_t s)
{
	return atomic_load_explicit(&lists->begun[s / 64],
				    memory_order_acquire) >> s % 64 & 1;
}

/* How many rows are kept with a list of n. */
static size_t row_count(const struct ralm_kept_lists *lists, size_t n,
			bool centroids)
{
	return lists->sizes.seed_for_cosines > 0 && !centroids ? n : 0;
}

static size_t entry_bytes(const struct ralm_kept_lists *lists, size_t count,
			  size_t n, bool centroids)
{
	const size_t own = centroids ? n * (1 + lists->sizes.seed_for_cosines)
				     : 0;
	return sizeof(struct entry) + count * sizeof(uint64_t) +
	       row_count(lists, n, centroids) * sizeof(float *) +
	       (ralm_scoring_list_size(&lists->sizes, n) + own) * sizeof(float);
}

static const float **entry_rows(struct entry *entry)
{
	return (const float **)(entry->keys + entry->count);
}

static float *entry_numbers(const struct ralm_kept_lists *lists,
			    struct entry *entry)
{
	return (float *)(entry_rows(entry) +
			 row_count(lists, entry->n, entry->centroids));
}

/* Copies m and fronts of centroids from an entry to the arena. */
static bool copy_centroids(struct ralm_prepared_list *list,
			   const struct ralm_kept_lists *lists,
			   struct entry *entry, struct ralm_arena *arena)
{
	const size_t n = entry->n, front = lists->sizes.seed_for_cosines;
	const float *from = entry_numbers(lists, entry) +
			    ralm_scoring_list_size(&lists->sizes, n);
	float *m = ralm_arena_get(arena, ralm_list_room(n), sizeof *m, NULL);
	float *fronts = ralm_arena_get(arena, n, front * sizeof *m, NULL);
	if (m == NULL || fronts == NULL)
		return false;
	memset(m, 0, ralm_list_room(n) * sizeof *m);
	list->m = memcpy(m, from, n * sizeof *m);
	memcpy(fronts, from + n, n * front * sizeof *m);
	for (size_t i = 0; i < n; i++)
		list->row[i] = fronts + i * front;
	return true;
}

static void keep_centroids(const struct ralm_kept_lists *lists,
			   struct entry *entry,
			   const struct ralm_prepared_list *list)
{
	const size_t n = entry->n, front = lists->sizes.seed_for_cosines;
	float *to = entry_numbers(lists, entry) +
		    ralm_scoring_list_size(&lists->sizes, n);
	memcpy(to, list->m, n * sizeof *to);
	for (size_t i = 0; i < n; i++)
		memcpy(to + n + i * front, list->row[i], front * sizeof *to);
}

struct ralm_kept_lists *
ralm_kept_lists_new(uint64_t bytes, const struct ralm_scoring_sizes *sizes,
		    struct ralm_error *err)
{
	enum { SEEDS = 20 }; /* of a usual list */
	/* calloc: pages that are never touched take no memory. */
	struct ralm_kept_lists *lists = calloc(1, sizeof *lists);
	if (lists == NULL) {
		ralm_error_memory(err, sizeof *lists);
		return NULL;
	}
	lists->sizes = *sizes;
	uint64_t lists_most = bytes / entry_bytes(lists, SEEDS, SEEDS, false);
	lists->set_count = 16;
	while (lists->set_count < 1 << 24 &&
	       lists->set_count * WAYS < lists_most)
		lists->set_count *= 2;
	lists->bytes_most = bytes;
	lists->sets = calloc(lists->set_count, sizeof *lists->sets);
	lists->begun = calloc(lists->set_count / 64 + 1, sizeof *lists->begun);
	if (lists->sets == NULL || lists->begun == NULL) {
		ralm_error_memory(err, lists->set_count * sizeof *lists->sets);
		free(lists->sets);
		free(lists->begun);
		free(lists);
		return NULL;
	}
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_init(&lists->lock[i], NULL);
	return lists;
}

void ralm_kept_lists_free(struct ralm_kept_lists *lists)
{
	if (lists == NULL)
		return;
	for (size_t s = 0; s < lists->set_count; s++) {
		if (lists->begun[s / 64] == 0)
			s |= 63; /* none of these */
		else if (is_begun(lists, s))
			for (size_t w = 0; w < WAYS; w++)
				free(lists->sets[s].way[w]);
	}
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&lists->lock[i]);
	free(lists->sets);
	free(lists->begun);
	free(lists);
}

uint64_t ralm_kept_lists_hash(const uint64_t *keys, size_t count)
{
	return XXH3_64bits(keys, count * sizeof *keys);
}

static struct set *lock_set(struct ralm_kept_lists *lists, size_t s)
{
	pthread_mutex_lock(&lists->lock[s % LOCKS]);
	return &lists->sets[s];
}

static void unlock_set(struct ralm_kept_lists *lists, size_t s)
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

static bool copy_entry(struct ralm_prepared_list *list,
		       const struct ralm_kept_lists *lists, struct entry *entry,
		       struct ralm_arena *arena)
{
	const size_t n = entry->n;
	if (entry->centroids && !copy_centroids(list, lists, entry, arena))
		return false;
	memcpy(list->row, entry_rows(entry),
	       row_count(lists, n, entry->centroids) * sizeof *list->row);
	memcpy(list->numbers, entry_numbers(lists, entry),
	       ralm_scoring_list_size(&lists->sizes, n) * sizeof *list->numbers);
	list->n = n;
	list->known_seeds = entry->known;
	list->lost = entry->lost;
	return true;
}

bool ralm_kept_lists_find(struct ralm_prepared_list *list,
			  struct ralm_kept_lists *lists, uint64_t hash,
			  const uint64_t *keys, size_t count,
			  struct ralm_arena *arena)
{
	const size_t s = set_of(lists, hash);
	if (!is_begun(lists, s))
		return false;
	struct set *set = &lists->sets[s];
	bool may_be = false;
	for (size_t way = 0; way < WAYS; way++)
		may_be |= atomic_load_explicit(&set->mark[way],
					       memory_order_relaxed) ==
			  mark_of(hash);
	if (!may_be)
		return false;
	lock_set(lists, s);
	size_t way = find_way(set, hash, keys, count);
	bool found = way < WAYS;
	if (found) {
		set->used[way] = true;
		found = copy_entry(list, lists, set->way[way], arena);
	}
	unlock_set(lists, s);
	return found;
}

bool ralm_kept_lists_seen(struct ralm_kept_lists *lists, uint64_t hash)
{
	_Atomic uint32_t *seen = &lists->seen[hash % SEEN];
	if (atomic_load_explicit(seen, memory_order_relaxed) == mark_of(hash))
		return true;
	atomic_store_explicit(seen, mark_of(hash), memory_order_relaxed);
	return false;
}

void ralm_kept_lists_prefetch(struct ralm_kept_lists *lists, uint64_t hash)
{
	__builtin_prefetch(&lists->seen[hash % SEEN], 1);
	if (is_begun(lists, set_of(lists, hash)))
		__builtin_prefetch(&lists->sets[set_of(lists, hash)]);
}

/* Frees the list in a way, if any. */
static void drop(struct ralm_kept_lists *lists, struct set *set, size_t w)
{
	if (set->way[w] == NULL)
		return;
	atomic_fetch_sub(&lists->bytes, set->way[w]->bytes);
	free(set->way[w]);
	set->way[w] = NULL;
	atomic_store_explicit(&set->mark[w], 0, memory_order_relaxed);
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
static void shrink(struct ralm_kept_lists *lists)
{
	while (atomic_load(&lists->bytes) > lists->bytes_most) {
		size_t s = atomic_fetch_add(&lists->sweep, 1) &
			   (lists->set_count - 1);
		if (!is_begun(lists, s))
			continue;
		struct set *set = lock_set(lists, s);
		drop(lists, set, choose_way(set));
		unlock_set(lists, s);
	}
}

static struct entry *entry_new(const struct ralm_kept_lists *lists,
			       uint64_t hash, const uint64_t *keys,
			       size_t count,
			       const struct ralm_prepared_list *list)
{
	const bool centroids = list->m != NULL;
	const size_t n = list->n;
	const size_t bytes = entry_bytes(lists, count, n, centroids);
	/* One list may not drive all others out. */
	if (bytes > lists->bytes_most / 4)
		return NULL;
	struct entry *entry = malloc(bytes);
	if (entry == NULL)
		return NULL;
	entry->hash = hash;
	entry->count = count;
	entry->n = n;
	entry->known = list->known_seeds;
	entry->centroids = centroids;
	entry->lost = list->lost;
	entry->bytes = bytes;
	memcpy(entry->keys, keys, count * sizeof *keys);
	memcpy(entry_rows(entry), list->row,
	       row_count(lists, n, centroids) * sizeof *list->row);
	memcpy(entry_numbers(lists, entry), list->numbers,
	       ralm_scoring_list_size(&lists->sizes, n) * sizeof *list->numbers);
	if (centroids)
		keep_centroids(lists, entry, list);
	return entry;
}

void ralm_kept_lists_put(struct ralm_kept_lists *lists, uint64_t hash,
			 const uint64_t *keys, size_t count,
			 const struct ralm_prepared_list *list)
{
	struct entry *entry = entry_new(lists, hash, keys, count, list);
	if (entry == NULL)
		return;
	const size_t s = set_of(lists, hash);
	struct set *set = lock_set(lists, s);
	/* The set is zero already. But a page that is read before it is written
	 * costs two faults, the second of which interrupts the other threads. */
	if (!is_begun(lists, s)) {
		memset(set, 0, sizeof *set);
		atomic_fetch_or(&lists->begun[s / 64], UINT64_C(1) << s % 64);
	}
	if (find_way(set, hash, keys, count) < WAYS) {
		free(entry);
	} else {
		size_t way = choose_way(set);
		drop(lists, set, way);
		set->way[way] = entry;
		set->used[way] = false;
		atomic_store_explicit(&set->mark[way], mark_of(hash),
				      memory_order_relaxed);
		atomic_fetch_add(&lists->bytes, entry->bytes);
	}
	unlock_set(lists, s);
	shrink(lists);
}
