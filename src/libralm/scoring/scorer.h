/* Scoring with a model that does not change: each piece of work is done once
 * and kept. Users' rows are computed on first sight, list vectors are cached,
 * within a budget of bytes; a sample whose users and list were seen before
 * costs two dot products a seed.
 *
 * A scorer is opened once and then used by any number of threads, each with a
 * worker of its own. A score is a function of the model, the seeds in their
 * order and the target: the same bits whatever was scored before, in whatever
 * batch, by whatever thread, and however large the budget.
 *
 *	struct ralm_scorer *scorer = ralm_scorer_open("model.bin", 1 << 30,
 *						      0, &err);
 *	struct ralm_scoring_worker *worker = ralm_scoring_worker_new(scorer,
 *&err); struct ralm_score_request request = { .seed_keys = seeds, .seed_count =
 *n, .target_key = target}; struct ralm_score_result result; if
 *(ralm_scoring_worker_score(&result, worker, &request, 1, &err) == 0)
 *		use(result.score);
 */
#ifndef RALM_SCORING_SCORER_H
#define RALM_SCORING_SCORER_H

#include <stdbool.h>

#include "ground/error.h"

struct ralm_model;
struct ralm_scorer;
struct ralm_scoring_worker;

/* The list is used as it is: a caller who scores as ralm-score(1) does passes
 * no more than the first config.seeds_num of its seeds, unless that is 0. */
struct ralm_score_request {
	const uint64_t *seed_keys; /* see ralm_scorer_key */
	size_t seed_count;
	/* The list is that of the request before, in this call or the last one
	 * of this worker; seed_keys and seed_count are not looked at. */
	bool same_seeds;
	uint64_t target_key;
};

struct ralm_score_result {
	float score;  /* sigmoid(scale · cosine + bias), a probability */
	float cosine; /* in [-1, 1]; 0 where the model knows no user to compare */
	size_t seeds;         /* of the list */
	size_t unknown_seeds; /* of these; they are left out of it */
	bool no_seeds; /* none of the list is known, or it is empty */
	bool unknown_target;
};

/* Maps a model file and checks it (see ralm_model_open for the flags); nothing
 * is computed yet. cache: bytes that kept rows and list vectors may take; 0
 * keeps none. Errors name the file. NULL on failure. */
struct ralm_scorer *ralm_scorer_open(const char *path, uint64_t cache,
				     int flags, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The same over a model that stays the caller's, outlives the scorer and does
 * not change. */
struct ralm_scorer *ralm_scorer_new(const struct ralm_model *model,
				    uint64_t cache, struct ralm_error *err)
	RALM_MUST_CHECK;

/* After its workers. NULL is allowed, here and below. */
void ralm_scorer_free(struct ralm_scorer *scorer);

const struct ralm_model *ralm_scorer_model(const struct ralm_scorer *scorer);

/* The key of a user id (ralm-samples(5)) in this model. */
uint64_t ralm_scorer_key(const struct ralm_scorer *scorer, const char *id,
			 size_t length);

struct ralm_scoring_worker *
ralm_scoring_worker_new(struct ralm_scorer *scorer,
			struct ralm_error *err) RALM_MUST_CHECK;
void ralm_scoring_worker_free(struct ralm_scoring_worker *worker);

/* Scores count requests. Many in one call are faster than one by one: memory
 * is asked for ahead. Fails when memory runs out or the model holds a number
 * that is not finite (files of some size are not searched for them when they
 * are opened). After a failure the next request must not say same_seeds. */
int ralm_scoring_worker_score(struct ralm_score_result *results,
			      struct ralm_scoring_worker *worker,
			      const struct ralm_score_request *requests,
			      size_t count,
			      struct ralm_error *err) RALM_MUST_CHECK;

#endif
