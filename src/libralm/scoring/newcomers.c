#include "scoring/newcomers.h"

#include "formats/lines.h"
#include "formats/user_id.h"
#include "ground/memory.h"
#include "kernels/kernels.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

enum {
	SAMPLE = 4096,		/* bytes that are hashed at each end */
	ADDED_MOST = 16 << 20,	/* if more were added, all is read again */
	ALL = 2,		/* result: the file has to be read as a whole */
};

/* ---- lines ---------------------------------------------------------------- */

static void told_release(struct ralm_told *told)
{
	ralm_value_sets_release(&told->sets);
	ralm_user_ids_release(&told->ids);
}

struct reading {
	struct ralm_told *told; /* NULL: lines are only checked */
	const struct ralm_newcomers *newcomers;
	uint64_t *value;
	size_t room;
};

static int take_line(struct reading *r, const struct ralm_user_line *line,
		     struct ralm_error *err)
{
	struct ralm_told *told = r->told;
	const uint64_t key = ralm_user_key(line->user, line->user_length,
					   r->newcomers->model->hash_seed);
	size_t n = 0;
	uint32_t user;
	if (RALM_RESERVE(r->value, r->room, line->count, err) != 0)
		return -1;
	for (size_t i = 0; i < line->count; i++) {
		const uint32_t value = ralm_value_index_find(
			&r->newcomers->index, &line->values[i]);
		if (value != RALM_INDEX_NONE)
			r->value[n++] = value;
	}
	if (told == NULL || n == 0)
		return 0;
	const size_t before = told->sets.count;
	if (ralm_value_sets_add(&user, &told->sets, key, r->value, n, err) != 0)
		return -1;
	return user < before ? 0
			     : ralm_user_ids_add(&told->ids, user, key,
						 line->user, line->user_length,
						 err);
}

/* told = all that the file says. */
static int told_read(struct ralm_told *told, const struct ralm_newcomers *newcomers,
		     struct ralm_error *err)
{
	const char *const path = newcomers->path;
	struct reading r = {.told = told, .newcomers = newcomers};
	struct ralm_user_lines lines;
	struct ralm_user_line line;
	memset(told, 0, sizeof *told);
	if (ralm_user_lines_open(&lines, &path, 1, err) != 0)
		return -1;
	int got = ralm_value_index_teach(&lines.parser, &newcomers->index, err);
	while (got == 0 && (got = ralm_user_lines_next(&line, &lines, err)) == 1)
		got = take_line(&r, &line, err);
	told->lines = lines.reader.line;
	free(r.value);
	ralm_user_lines_release(&lines);
	if (got == 0 && told->sets.count == 0) {
		ralm_error_set(err, RALM_ERROR_DATA,
			       "nothing that it tells of users has a vector in "
			       "the model");
		got = ralm_error_at(err, path, 0, 0);
	}
	if (got != 0)
		told_release(told);
	return got;
}

/* Takes whole lines; *count: how many. */
static int take_text(uint64_t *count, struct reading *r, const char *text,
		     size_t length, struct ralm_error *err)
{
	struct ralm_user_parser parser = {.values = NULL};
	struct ralm_user_line line;
	int result = ralm_value_index_teach(&parser, &r->newcomers->index, err);
	for (const char *end = text + length; result == 0 && text < end;) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)(newline - text);
		n -= n > 0 && text[n - 1] == '\r';
		++*count;
		const int got = ralm_user_parse(&line, &parser, text, n, err);
		result = got == 1 ? take_line(r, &line, err) : got;
		text = newline + 1;
	}
	ralm_user_parser_release(&parser);
	return result;
}

/* The next lines of the file (text, whole lines) go to told, too; told NULL: they are
 * only checked. */
static int told_add(struct ralm_told *told, const struct ralm_newcomers *newcomers,
		    const char *text, size_t length, struct ralm_error *err)
{
	struct reading r = {.told = told, .newcomers = newcomers};
	uint64_t count = 0;
	const int result = take_text(&count, &r, text, length, err);
	free(r.value);
	if (result != 0)
		return ralm_error_at(err, newcomers->path,
				     newcomers->told.lines + count, 0);
	if (told != NULL)
		told->lines += count;
	return 0;
}

/* ---- the file ------------------------------------------------------------ */

/* Reads n bytes from place `at`; false: they are not there. */
static bool read_at(char *to, int fd, size_t n, off_t at)
{
	while (n > 0) {
		const ssize_t got = pread(fd, to, n, at);
		if (got <= 0)
			return false;
		to += got;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

/* A hash of the first bytes and of the last ones before end; 0: they cannot be read, or
 * do not end in a newline. */
static uint64_t sample_of(int fd, off_t end)
{
	char text[2 * SAMPLE];
	const size_t n = end < SAMPLE ? (size_t)end : SAMPLE;
	if (n == 0 || !read_at(text, fd, n, 0) ||
	    !read_at(text + n, fd, n, end - (off_t)n) ||
	    text[2 * n - 1] != '\n')
		return 0;
	const uint64_t hash = XXH3_64bits(text, 2 * n);
	return hash + (hash == 0);
}

/* Notes that the file was read up to `end`; 0 where that text could not be told from
 * another one later. */
static void set_end(struct ralm_newcomers *n, int fd, off_t end)
{
	n->sample = sample_of(fd, end);
	n->end = n->sample != 0 ? end : 0;
}

/* Notes where the file ended when all of it was read, unless it has changed meanwhile. */
static void note_end(struct ralm_newcomers *n)
{
	const struct ralm_file_version now = ralm_file_version_of(n->path);
	n->end = 0;
	if (!now.regular || !ralm_same_version(&now, &n->version))
		return;
	const int fd = open(n->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	set_end(n, fd, n->version.size);
	close(fd);
}

/* Waits until nobody holds them. New holders wait at the door meanwhile; otherwise
 * there might always be one. */
static void begin_change(struct ralm_newcomers *n)
{
	pthread_mutex_lock(&n->door);
	pthread_rwlock_wrlock(&n->lock);
	pthread_mutex_unlock(&n->door);
}

static void end_change(struct ralm_newcomers *n)
{
	n->changes++;
	pthread_rwlock_unlock(&n->lock);
}

static int read_all(struct ralm_newcomers *n, struct ralm_error *err)
{
	struct ralm_told told, old;
	if (told_read(&told, n, err) != 0)
		return -1;
	begin_change(n);
	old = n->told;
	n->told = told;
	end_change(n);
	told_release(&old);
	note_end(n);
	return 1;
}

/* Takes the whole lines that were added, and moves n->end behind them; a line that is
 * still being written waits. Of a text with a bad line nothing is taken. Where memory
 * runs out a part may be: all of the file is read the next time. */
static int take_added(struct ralm_newcomers *n, char *text, size_t length,
		      struct ralm_error *err)
{
	length = ralm_whole_lines(text, length);
	if (length == 0)
		return 0;
	if (told_add(NULL, n, text, length, err) != 0)
		return -1;
	begin_change(n);
	const int result = told_add(&n->told, n, text, length, err);
	end_change(n);
	n->end = result == 0 ? n->end + (off_t)length : 0;
	return result == 0 ? 1 : -1;
}

/* Reads what was added since version `before`. 1, 0 or -1 as ralm_newcomers_refresh;
 * or ALL. */
static int read_added(struct ralm_newcomers *n,
		      const struct ralm_file_version *before,
		      struct ralm_error *err)
{
	const struct ralm_file_version *now = &n->version;
	if (n->end == 0 || !ralm_same_file(now, before) ||
	    now->size <= n->end || now->size - n->end > ADDED_MOST)
		return ALL;
	const size_t length = (size_t)(now->size - n->end);
	const int fd = open(n->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ALL;
	int result = ALL;
	char *text = malloc(length);
	if (text != NULL && sample_of(fd, n->end) == n->sample &&
	    read_at(text, fd, length, n->end)) {
		result = take_added(n, text, length, err);
		if (result == 1)
			set_end(n, fd, n->end);
	}
	free(text);
	close(fd);
	return result;
}

int ralm_newcomers_refresh(struct ralm_newcomers *n, bool force,
			   struct ralm_error *err)
{
	const struct ralm_file_version before = n->version;
	if (!ralm_file_changed(&n->version, n->path, force))
		return 0;
	const int result = force ? ALL : read_added(n, &before, err);
	return result == ALL ? read_all(n, err) : result;
}

void ralm_newcomers_hold(struct ralm_newcomers *n)
{
	if (n == NULL)
		return;
	pthread_mutex_lock(&n->door);
	pthread_rwlock_rdlock(&n->lock);
	pthread_mutex_unlock(&n->door);
}

void ralm_newcomers_let_go(struct ralm_newcomers *n)
{
	if (n != NULL)
		pthread_rwlock_unlock(&n->lock);
}

/* ---- all ----------------------------------------------------------------- */

struct ralm_newcomers *ralm_newcomers_new(const struct ralm_model *model,
					  const char *path,
					  enum ralm_users_known known,
					  struct ralm_error *err)
{
	if (model->values.count == 0) {
		ralm_error_set(err, RALM_ERROR_DATA,
			       "the model has no vectors of values: ralm-fit "
			       "--users finds them");
		return NULL;
	}
	struct ralm_newcomers *n = calloc(1, sizeof *n);
	if (n == NULL || (n->path = strdup(path)) == NULL) {
		free(n);
		ralm_error_memory(err, sizeof *n);
		return NULL;
	}
	n->model = model;
	n->known = known;
	pthread_mutex_init(&n->door, NULL);
	pthread_rwlock_init(&n->lock, NULL);
	n->version = ralm_file_version_of(path);
	if (ralm_value_index_init(&n->index, &model->values, model->hash_seed,
				  err) == 0 &&
	    read_all(n, err) == 1)
		return n;
	ralm_newcomers_free(n);
	return NULL;
}

void ralm_newcomers_free(struct ralm_newcomers *n)
{
	if (n == NULL)
		return;
	told_release(&n->told);
	ralm_value_index_release(&n->index);
	pthread_rwlock_destroy(&n->lock);
	pthread_mutex_destroy(&n->door);
	free(n->path);
	free(n);
}

/* What is told of a user; NULL: nothing. (Where memory ran out in an addition, a user
 * may be left with an empty set.) */
static const struct ralm_value_set *find(const struct ralm_newcomers *n,
					 uint64_t key)
{
	const uint32_t user = ralm_value_sets_find(&n->told.sets, key);
	if (user == RALM_INDEX_NONE || n->told.sets.sets[user].count == 0)
		return NULL;
	return &n->told.sets.sets[user];
}

bool ralm_newcomers_has(const struct ralm_newcomers *n, uint64_t key)
{
	return find(n, key) != NULL;
}

bool ralm_newcomers_vector(ralm_real *x, const struct ralm_newcomers *n,
			   uint64_t key)
{
	const struct ralm_model *model = n->model;
	const struct ralm_value_set *set = find(n, key);
	if (set == NULL)
		return false;
	ralm_values_vector(x, &model->values, set->value, set->count);
	const uint32_t row = n->known == RALM_USERS_BOTH
				     ? ralm_users_find(&model->users, key)
				     : RALM_ROW_NONE;
	if (row != RALM_ROW_NONE)
		ralm_kernels()->rows->combine(x, 0.5, x, 0.5,
					      ralm_table_row(&model->table, row),
					      model->table.dim);
	return true;
}

int ralm_newcomers_id(const char **id, size_t *length,
		      char digits[RALM_USER_ID_DIGITS],
		      const struct ralm_newcomers *n, uint64_t key,
		      struct ralm_error *err)
{
	const uint32_t user = ralm_value_sets_find(&n->told.sets, key);
	return user == RALM_INDEX_NONE
		       ? 0
		       : ralm_user_ids_get(id, length, digits, &n->told.ids, user,
					   key, n->model->hash_seed, err);
}
