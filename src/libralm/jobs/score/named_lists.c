#include "jobs/score/named_lists.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What tells one version of a file from another. */
struct version {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
	bool regular;
};

struct ralm_named_lists {
	char *path;
	uint64_t hash_seed;
	struct version version; /* that was tried last */
	pthread_mutex_t lock;   /* of set */
	struct ralm_list_set *set;
};

/* ---- the file ------------------------------------------------------------ */

static struct version version_of(const char *path)
{
	struct stat st;
	struct version version;
	memset(&version, 0, sizeof version);
	if (stat(path, &st) != 0)
		return version;
	version.device = st.st_dev;
	version.inode = st.st_ino;
	version.size = st.st_size;
#if defined __APPLE__
	version.modified = st.st_mtimespec;
#else
	version.modified = st.st_mtim;
#endif
	version.regular = S_ISREG(st.st_mode);
	return version;
}

static bool same_version(const struct version *a, const struct version *b)
{
	return a->device == b->device && a->inode == b->inode &&
	       a->size == b->size &&
	       a->modified.tv_sec == b->modified.tv_sec &&
	       a->modified.tv_nsec == b->modified.tv_nsec;
}

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
	lists->version = version_of(path);
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
	struct version now = version_of(lists->path);
	/* While it is being replaced the file may be missing; a pipe is read
	 * once. */
	if (!now.regular)
		return 0;
	if (!force && same_version(&now, &lists->version))
		return 0;
	lists->version = now;
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
