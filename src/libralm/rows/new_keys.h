/* Keys of users whose rows are still to be made. Rows over ranks and rows on a device
 * are not made when they are fetched: the thread that reads samples leaves their keys
 * here, and the thread that trains takes them and makes the rows. */
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
	size_t seen; /* keys left so far, those that were taken included */
};

void ralm_new_keys_init(struct ralm_new_keys *waiting);
void ralm_new_keys_release(struct ralm_new_keys *waiting);

/* keys (count) are those of all users: leaves those that no call has left before. From
 * one thread. */
int ralm_new_keys_leave(struct ralm_new_keys *waiting, const uint64_t *keys,
			size_t count, struct ralm_error *err) RALM_MUST_CHECK;

/* Takes the keys that were left, *count of them; to be freed. NULL: none. */
uint64_t *ralm_new_keys_take(struct ralm_new_keys *waiting, size_t *count);

#endif
