#include "jobs/score/named_lists.h"

#include "ground/file_version.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct ralm_named_lists {
	char *path;
	uint64_t hash_seed;
	struct ralm_file_version version; /* that was tried last */
	pthread_mutex_t lock;   /* of set */
	struct ralm_list_set *set;
};

struct ralm_named_lists *ralm_named_lists_new(const char *path,
					      uint64_t hash_seed,
					      struct ralm_error *err)
{
	struct ralm_named_lists *lists = calloc(1, sizeof *lists);
	if (lists == NULL || (lists->path = strdup(path)) == NULL) {
		free(lists);
		ralm_error_memory(err, sizeof *lists);
		return NULL;
	}
	lists->hash_seed = hash_seed;
	lists->version = ralm_file_version_of(path);
	lists->set = ralm_list_set_read(path, hash_seed, err);
	if (lists->set == NULL) {
		free(lists->path);
		free(lists);
		return NULL;
	}
	pthread_mutex_init(&lists->lock, NULL);
	return lists;
}

void ralm_named_lists_free(struct ralm_named_lists *lists)
{
	if (lists == NULL)
		return;
	ralm_list_set_give_back(lists->set);
	pthread_mutex_destroy(&lists->lock);
	free(lists->path);
	free(lists);
}

int ralm_named_lists_refresh(struct ralm_named_lists *lists, bool force,
			     struct ralm_error *err)
{
	if (!ralm_file_changed(&lists->version, lists->path, force))
		return 0;
	struct ralm_list_set *set =
		ralm_list_set_read(lists->path, lists->hash_seed, err);
	if (set == NULL)
		return -1;
	pthread_mutex_lock(&lists->lock);
	struct ralm_list_set *old = lists->set;
	lists->set = set;
	pthread_mutex_unlock(&lists->lock);
	ralm_list_set_give_back(old);
	return 1;
}

struct ralm_list_set *ralm_named_lists_take(struct ralm_named_lists *lists)
{
	pthread_mutex_lock(&lists->lock);
	struct ralm_list_set *set = lists->set;
	ralm_list_set_hold(set);
	pthread_mutex_unlock(&lists->lock);
	return set;
}
