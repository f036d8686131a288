/* The second pass over a block: lists and samples. */
#include "scoring/scoring_worker.h"

#include "scoring/device_scoring.h"
#include "scoring/list_centroids.h"

#include <math.h>

enum {
	TARGETS = RALM_TARGETS_TOGETHER,
	AHEAD = 2, /* steps whose rows are prefetched before their turn */
};

bool ralm_scorer_keeps_all(const struct ralm_scorer *scorer,
			   const struct ralm_prepared_list *list)
{
	const size_t n = scorer->network.sizes.seed_for_cosines ? list->n : 0;
	size_t i = 0;
	while (i < n && ralm_kept_rows_keeps(&scorer->rows, list->row[i]))
		i++;
	return i == n;
}

/* Prefetches those of a step's rows that the work so far has not: seldom any. */
static void prefetch(struct ralm_scoring_worker *worker,
		     const struct ralm_scoring_step *step)
{
	while (worker->soon.next < step->wanted_end)
		ralm_soon_ask(&worker->soon, worker->scorer->network.sizes.part);
}

/* Whether users of the list may get other vectors when the file is read again. */
static bool may_change(const struct ralm_scorer *scorer,
		       const struct ralm_prepared_list *list)
{
	return scorer->newcomers != NULL &&
	       (ralm_newcomers_first(scorer->newcomers) ||
		list->unknown_seeds > 0 || list->new_seeds > 0);
}

/* Puts a list into the cache if it was seen before and all its rows are kept, or if it
 * has centroids, which are much work. */
static void keep_list(const struct ralm_scorer *scorer,
		      const struct ralm_scoring_step *step,
		      const struct ralm_score_request *request)
{
	const bool seen = ralm_kept_lists_seen(scorer->lists, step->hash);
	if (!may_change(scorer, &step->list) &&
	    (step->list.m != NULL ||
	     (seen && ralm_scorer_keeps_all(scorer, &step->list))))
		ralm_kept_lists_put(scorer->lists, step->hash,
				    request->seed_keys, request->seed_count,
				    &step->list);
}

/* How many steps from step i on share its list and are scored together. */
static size_t together(const struct ralm_scoring_step *step, size_t i,
		       size_t count)
{
	size_t n = 1;
	while (n < TARGETS && i + n < count && !step[i + n].new_list)
		n++;
	return n;
}

static int fill_result(struct ralm_score_result *result,
		       const struct ralm_scorer *scorer,
		       const struct ralm_prepared_list *list,
		       const struct ralm_scoring_step *step, float cosine,
		       struct ralm_error *err)
{
	if (step->target == NULL)
		cosine = 0;
	if (isnan(cosine))
		return ralm_scorer_not_finite(err);
	result->cosine = cosine;
	result->score = ralm_scorer_score(scorer, cosine);
	result->seeds = list->known_seeds + list->unknown_seeds;
	result->unknown_seeds = list->unknown_seeds;
	result->no_seeds = list->n == 0;
	result->unknown_target = step->target == NULL;
	result->new_target = step->new_target;
	result->new_seeds = list->new_seeds;
	result->centroids = list->m != NULL ? list->n : 0;
	result->centroids_lost = list->m != NULL ? list->lost : 0;
	return 0;
}

static void list_rows(const float **row, void *context, const size_t *seed,
		      size_t count)
{
	const struct ralm_prepared_list *list = context;
	for (size_t i = 0; i < count; i++)
		row[i] = list->row[seed[i]];
}

/* Replaces the seeds of a long list by centroids. */
static int cluster(struct ralm_scoring_worker *worker,
		   struct ralm_scoring_step *step, struct ralm_error *err)
{
	struct ralm_prepared_list *list = &step->list;
	const size_t stride = worker->scorer->network.sizes.seed;
	struct ralm_centroids centroids;
	uint64_t time;
	const struct ralm_centroid_seeds seeds = {
		.n = list->n, .rows = list_rows, .context = list};
	if (ralm_list_centroids_wanted(worker->scorer, list->n) == 0)
		return 0;
	if (ralm_list_centroids_find(&centroids, &time, worker->scorer, seeds,
				     &worker->unkept, err) != 0)
		return -1;
	atomic_fetch_add(&worker->scorer->cluster_time, time);
	if (worker->soon.next < step->wanted_end)
		worker->soon.next = step->wanted_end;
	list->n = centroids.n;
	list->m = centroids.m;
	list->lost = centroids.lost;
	for (size_t i = 0; i < ralm_list_room(list->n); i++)
		list->row[i] = i < list->n ? centroids.rows + i * stride
					   : worker->zeros;
	return 0;
}

int ralm_scoring_worker_take(struct ralm_score_result *results,
			     struct ralm_scoring_worker *worker,
			     const struct ralm_score_request *requests,
			     size_t i, size_t count, struct ralm_error *err)
{
	const struct ralm_scorer *scorer = worker->scorer;
	struct ralm_scoring_step *step = &worker->step[i];
	const size_t taken = together(worker->step, i, count);
	const size_t targets = taken == 1 ? 1 : TARGETS;
	const float *target[TARGETS];
	float cosine[TARGETS] = {0};
	bool any = false;
	const size_t last = i + taken + AHEAD < count ? i + taken + AHEAD : count;
	prefetch(worker, &worker->step[last - 1]);
	for (size_t t = 0; t < targets; t++) {
		const bool known = t < taken && step[t].target != NULL;
		target[t] = known ? step[t].target : worker->zeros;
		any |= known;
	}
	const bool unknown_list = step->new_list && !step->list_known;
	if (unknown_list && cluster(worker, step, err) != 0)
		return -1;
	if (step->new_list)
		worker->current = step->list;
	const struct ralm_prepared_list *list = &worker->current;
	const int made = unknown_list ? ralm_device_list_numbers(
						list->numbers, scorer, list->row,
						list->m, list->n, err)
				      : 1;
	if (made < 0)
		return -1;
	if (list->n > 0 && (any || made == 0))
		scorer->scoring->cosines(cosine, list->numbers, made == 0,
					 list->row, list->m, list->n, target,
					 any ? targets : 0, worker->scratch.at,
					 &scorer->network, &worker->soon);
	if (list->n > 0 && unknown_list)
		keep_list(scorer, step, &requests[i]);
	for (size_t t = 0; t < taken; t++)
		if (fill_result(&results[i + t], scorer, list, &step[t],
				cosine[t], err) != 0)
			return -1;
	return (int)taken;
}
