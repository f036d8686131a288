/* Keys of users whose rows are still to be made: left by the thread that reads
 * samples, taken by the one that trains, where rows are not made as they are
 * fetched: rows over ranks, and rows on a device. */
#ifndef RALM_ROWS_NEW_KEYS_H
#define RALM_ROWS_NEW_KEYS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "ground/error.h"

struct ralm_new_keys {
	pthread_mutex_t lock;
	uint64_t *key;
	size_t count, room;
	size_t seen; /* keys left so far, those that were taken too */
};

void ralm_new_keys_init(struct ralm_new_keys *waiting);
void ralm_new_keys_release(struct ralm_new_keys *waiting);

/* Leaves those of all users' keys (count) that no call has left before. */
int ralm_new_keys_leave(struct ralm_new_keys *waiting, const uint64_t *keys,
			size_t count, struct ralm_error *err) RALM_MUST_CHECK;

/* Takes what waits; the caller frees it. NULL where count becomes 0. */
uint64_t *ralm_new_keys_take(struct ralm_new_keys *waiting, size_t *count);

#endif
