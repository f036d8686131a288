#include "jobs/fit/feed.h"

#include "ground/memory.h"
#include "ground/threads.h"
#include "formats/seed_slots.h"
#include "formats/user_id.h"
#include "samples/choices.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- one line ------------------------------------------------------------ */

/* Sets *row to the row of a user, who may be new. id: NULL where the text is not needed,
 * for a decimal id or a known user. */
static int row_of(uint32_t *row, struct ralm_feed *feed, uint64_t key,
		  const char *id, size_t length, struct ralm_error *err)
{
	struct ralm_model *model = feed->model;
	*row = ralm_users_find(&model->users, key);
	if (*row != RALM_ROW_NONE)
		return 0;
	bool added;
	pthread_mutex_lock(&feed->lock);
	int result = ralm_users_add(row, &added, &model->users, key, err);
	if (result == 0 && added && id != NULL)
		result = ralm_user_ids_add(&model->ids, *row, key, id, length,
					   err);
	pthread_mutex_unlock(&feed->lock);
	return result;
}

/* Notes that a sample has the user of this row. */
static void meet(struct ralm_feed *feed, uint32_t row)
{
	if (row >= feed->given || feed->seen[row])
		return;
	feed->seen[row] = true;
	feed->met++;
}

/* Makes rows for new users among the first n seeds. */
static int add_seeds(struct ralm_feed *feed, size_t n, struct ralm_error *err)
{
	const uint64_t *keys = feed->line.seed_keys;
	const char *text = feed->text;
	size_t left = feed->text_length;
	size_t next = 0; /* number of the next seed in text */
	for (size_t i = 0; i < n; i++) {
		const char *id = NULL;
		size_t length = 0;
		if (feed->list[i] != RALM_ROW_NONE)
			continue;
		for (; next <= i && ralm_key_is_hashed(keys[i]); next++)
			if (!ralm_next_seed(&id, &length, &text, &left))
				id = NULL;
		if (row_of(&feed->list[i], feed, keys[i], id, length, err) != 0)
			return -1;
	}
	return 0;
}

static int add_list(struct ralm_sample_store *store, struct ralm_feed *feed,
		    struct ralm_error *err)
{
	const struct ralm_sample_line *line = &feed->line;
	const size_t n = ralm_seeds_used(line->seed_count, feed->seeds_num);
	feed->cut += !line->same_seeds && n < line->seed_count;
	if (RALM_RESERVE(feed->list, feed->list_room, n, err) != 0)
		return -1;
	ralm_users_find_all(feed->list, &feed->model->users, line->seed_keys,
			    n);
	if (add_seeds(feed, n, err) != 0)
		return -1;
	for (size_t i = 0; feed->given > 0 && i < n; i++)
		meet(feed, feed->list[i]);
	return ralm_sample_store_add_list(store, feed->list, n, err);
}

static int add_sample(struct ralm_sample_store *store, struct ralm_feed *feed,
		      bool first, struct ralm_error *err)
{
	const struct ralm_sample_line *line = &feed->line;
	const bool may_cut = feed->begins || !feed->whole_choices;
	uint32_t target;
	/* The first sample of a window brings its list, seen before or not. */
	bool known = line->same_seeds && !first;
	if (!known && add_list(store, feed, err) != 0)
		return -1;
	if (row_of(&target, feed, line->target_key, line->target,
		   line->target_length, err) != 0)
		return -1;
	meet(feed, target);
	return ralm_sample_store_add(store, target, line->label, may_cut, err);
}

/* ---- choices ------------------------------------------------------------- */

/* Ends the current choice. */
static void end_choice(struct ralm_feed *feed)
{
	if (feed->clicks == 0)
		feed->lone.negatives += feed->negatives;
	else if (feed->negatives == 0)
		feed->lone.clicks += feed->clicks;
	feed->lone.samples += feed->clicks + feed->negatives;
	feed->clicks = feed->negatives = 0;
}

static void count_sample(struct ralm_feed *feed)
{
	if (feed->begins)
		end_choice(feed);
	feed->lone.same += feed->line.says_same;
	feed->clicks += feed->line.label != 0;
	feed->negatives += feed->line.label == 0;
}

/* ---- one window ---------------------------------------------------------- */

/* A window ends early when its lists take 64 MB, whatever --memory is. */
enum { WINDOW_SEEDS = 16 << 20 };

static bool full(const struct ralm_span *span, const struct ralm_feed *feed)
{
	const struct ralm_sample_store *store = span->store;
	const uint64_t *starts = store->list_starts.data;
	return store->count.samples - span->begin.samples >=
		       feed->window_samples ||
	       starts[store->count.lists] - starts[span->begin.lists] >=
		       WINDOW_SEEDS;
}

/* Reads the next sample. Returns 1, 0 at the end of the input, -1. */
static int next_sample(struct ralm_feed *feed, struct ralm_error *err)
{
	struct ralm_sample_line *line = &feed->line;
	int got = 0;
	while (got == 0) {
		/* The thread may be cancelled in a read that waits for a pipe, and
		 * nowhere else. */
		pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
		got = ralm_reader_next(feed->reader, &feed->text,
				       &feed->text_length, err);
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
		if (got == 0 || (got < 0 && !feed->reader->long_line))
			return got;
		if (got > 0)
			got = ralm_sample_parse(line, &feed->parser, feed->text,
						feed->text_length, err);
		else
			ralm_sample_parser_lost(&feed->parser);
		if (got < 0) {
			ralm_error_at(err, feed->reader->name, feed->reader->line,
				      0);
			got = ralm_bad_line(&feed->skipped, &feed->first_bad,
					    feed->skip_bad, err);
		}
	}
	if (got < 0)
		return -1;
	feed->clicked = feed->clicked && line->same_seeds;
	feed->begins = ralm_choice_begins(&feed->clicked, line->label) ||
		       !line->same_seeds;
	return 1;
}

/* Adds samples from span->begin on. Returns 1: the input has ended; 0: the window is
 * full; -1: err says why. */
static int fill(struct ralm_sample_store *store, const struct ralm_span *span,
		struct ralm_feed *feed, struct ralm_error *err)
{
	while (feed->whole_choices || !full(span, feed)) {
		int got = feed->ahead ? 1 : next_sample(feed, err);
		if (got <= 0)
			return got == 0 ? 1 : -1;
		feed->ahead = feed->begins && full(span, feed);
		if (feed->ahead)
			return 0;
		bool first = store->count.samples == span->begin.samples;
		if (add_sample(store, feed, first, err) != 0) {
			/* A full disk is no fault of the line. */
			if (err->code == RALM_ERROR_SYSTEM)
				return -1;
			return ralm_error_at(err, feed->reader->name,
					     feed->reader->line, 0);
		}
		count_sample(feed);
	}
	return 0;
}

/* Fills a window, samples and all. Returns as fill. */
static int make_window(struct ralm_window *window, struct ralm_feed *feed,
		       struct ralm_error *err)
{
	const struct ralm_users *users = &feed->model->users;
	struct ralm_sample_store *store =
		&feed->store[feed->keep_all ? 0 : feed->filled % RALM_WINDOWS];
	struct ralm_span *span = &window->span;
	if (!feed->keep_all)
		ralm_sample_store_clear(store);
	*span = (struct ralm_span){.store = store, .begin = store->count};
	int ended = fill(store, span, feed, err);
	if (ended < 0 ||
	    ralm_rows_fetch(feed->rows, users->keys, users->count, err) != 0)
		return -1;
	span->end = store->count;
	end_choice(feed);
	feed->digest = ralm_span_digest(span, feed->digest);
	window->users = users->count;
	window->digest = feed->digest;
	window->skipped = feed->skipped;
	window->first_bad = feed->first_bad;
	window->cut = feed->cut;
	window->met = feed->met;
	window->lone = feed->lone;
	window->last = ended != 0;
	return ended;
}

static struct ralm_window *wait_for_room(struct ralm_feed *feed)
{
	struct ralm_window *window = NULL;
	pthread_mutex_lock(&feed->lock);
	while (feed->running && feed->filled - feed->taken >= RALM_WINDOWS)
		pthread_cond_wait(&feed->changed, &feed->lock);
	if (feed->running)
		window = &feed->window[feed->filled % RALM_WINDOWS];
	pthread_mutex_unlock(&feed->lock);
	return window;
}

static void *run(void *argument)
{
	struct ralm_feed *feed = argument;
	struct ralm_window *window;
	int ended = 0;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	while (ended == 0 && (window = wait_for_room(feed)) != NULL) {
		ended = make_window(window, feed, &feed->error);
		pthread_mutex_lock(&feed->lock);
		if (ended < 0)
			feed->failed = true;
		else
			feed->filled++;
		pthread_cond_broadcast(&feed->changed);
		pthread_mutex_unlock(&feed->lock);
	}
	return NULL;
}

/* ---- for the trainer ----------------------------------------------------- */

int ralm_feed_start(struct ralm_feed *feed, struct ralm_error *err)
{
	ralm_sample_parser_init(&feed->parser, feed->model->hash_seed);
	feed->parser.require_label = true;
	pthread_mutex_init(&feed->lock, NULL);
	pthread_cond_init(&feed->changed, NULL);
	feed->seen = ralm_aligned_new(feed->given, sizeof *feed->seen, err);
	if (feed->seen == NULL)
		goto fail;
	for (int i = 0; i < RALM_WINDOWS; i++)
		if (ralm_sample_store_init(&feed->store[i],
					   feed->keep_all ? feed->memory
							  : UINT64_MAX,
					   &feed->lock, err) != 0)
			goto fail;
	feed->running = true;
	int failed = ralm_thread_start(&feed->thread, run, feed);
	if (failed == 0)
		return 0;
	feed->running = false;
	errno = failed;
	ralm_error_system(err, "cannot start a thread");
fail:
	ralm_feed_stop(feed);
	return -1;
}

/* A tenth of a second from now: so late may *stop be noticed while waiting. */
static struct timespec soon(void)
{
	struct timespec time;
	clock_gettime(CLOCK_REALTIME, &time);
	time.tv_nsec += 100000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_nsec -= 1000000000;
		time.tv_sec++;
	}
	return time;
}

int ralm_feed_take(struct ralm_window **window, struct ralm_feed *feed,
		   struct ralm_error *err)
{
	int result = -2;
	pthread_mutex_lock(&feed->lock);
	while (result == -2) {
		if (feed->stop != NULL && *feed->stop) {
			result = 0;
		} else if (feed->filled > feed->taken) {
			*window = &feed->window[feed->taken % RALM_WINDOWS];
			result = 1;
		} else if (feed->failed) {
			if (err != NULL)
				*err = feed->error;
			result = -1;
		} else {
			struct timespec until = soon();
			pthread_cond_timedwait(&feed->changed, &feed->lock,
					       &until);
		}
	}
	pthread_mutex_unlock(&feed->lock);
	return result;
}

void ralm_feed_give_back(struct ralm_feed *feed)
{
	pthread_mutex_lock(&feed->lock);
	feed->taken++;
	pthread_cond_broadcast(&feed->changed);
	pthread_mutex_unlock(&feed->lock);
}

void ralm_feed_lock(struct ralm_feed *feed)
{
	if (feed->running)
		pthread_mutex_lock(&feed->lock);
}

void ralm_feed_unlock(struct ralm_feed *feed)
{
	if (feed->running)
		pthread_mutex_unlock(&feed->lock);
}

void ralm_feed_stop(struct ralm_feed *feed)
{
	if (feed->running) {
		pthread_mutex_lock(&feed->lock);
		feed->running = false;
		pthread_cond_broadcast(&feed->changed);
		pthread_mutex_unlock(&feed->lock);
		pthread_cancel(feed->thread); /* it may wait for a pipe */
		pthread_join(feed->thread, NULL);
	}
	for (int i = 0; i < RALM_WINDOWS; i++)
		ralm_sample_store_release(&feed->store[i]);
	ralm_sample_parser_release(&feed->parser);
	free(feed->list);
	free(feed->seen);
	pthread_mutex_destroy(&feed->lock);
	pthread_cond_destroy(&feed->changed);
	memset(feed, 0, sizeof *feed);
}
