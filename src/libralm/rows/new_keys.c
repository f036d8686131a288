#include "rows/new_keys.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

void ralm_new_keys_init(struct ralm_new_keys *waiting)
{
	*waiting = (struct ralm_new_keys){.key = NULL};
	pthread_mutex_init(&waiting->lock, NULL);
}

void ralm_new_keys_release(struct ralm_new_keys *waiting)
{
	pthread_mutex_destroy(&waiting->lock);
	free(waiting->key);
}

int ralm_new_keys_leave(struct ralm_new_keys *waiting, const uint64_t *keys,
			size_t count, struct ralm_error *err)
{
	if (count <= waiting->seen)
		return 0;
	const size_t more = count - waiting->seen;
	pthread_mutex_lock(&waiting->lock);
	const int result = RALM_RESERVE(waiting->key, waiting->room,
					waiting->count + more, err);
	if (result == 0) {
		memcpy(waiting->key + waiting->count, keys + waiting->seen,
		       more * sizeof *keys);
		waiting->count += more;
		waiting->seen = count;
	}
	pthread_mutex_unlock(&waiting->lock);
	return result;
}

uint64_t *ralm_new_keys_take(struct ralm_new_keys *waiting, size_t *count)
{
	pthread_mutex_lock(&waiting->lock);
	uint64_t *keys = NULL;
	*count = waiting->count;
	if (waiting->count > 0) {
		keys = waiting->key;
		waiting->key = NULL;
		waiting->count = waiting->room = 0;
	}
	pthread_mutex_unlock(&waiting->lock);
	return keys;
}
