/* The second pass over a block: lists and samples. */
#include "scoring/worker.h"

#include "networks/loss.h"

#include <math.h>

enum {
	TARGETS = RALM_SCORING_TARGETS,
	AHEAD = 2, /* steps whose rows are asked for before their turn */
};

bool ralm_score_all_kept(const struct ralm_scorer *scorer,
			 const struct ralm_score_list *list)
{
	size_t i = 0;
	while (i < list->n &&
	       ralm_score_rows_keeps(&scorer->rows, list->SA[i]))
		i++;
	return i == list->n;
}

/* Asks for what the work so far has left of a step's rows: seldom any. */
static void ask_for(struct ralm_score_worker *worker,
		    const struct ralm_score_step *step)
{
	while (worker->ahead.next < step->wanted_end)
		ralm_scoring_ask(&worker->ahead, worker->scorer->width);
}

static void weigh_list(struct ralm_score_worker *worker,
		       const struct ralm_score_step *step,
		       const struct ralm_score_request *request)
{
	struct ralm_scorer *scorer = worker->scorer;
	const struct ralm_score_list *list = &step->list;
	scorer->kernels->list_weights(list->w, worker->P, worker->X, list->SA,
				      list->n, scorer->width, &worker->ahead);
	if (ralm_score_lists_met(scorer->lists, step->hash) &&
	    ralm_score_all_kept(scorer, list))
		ralm_score_lists_put(scorer->lists, step->hash,
				     request->seed_keys, request->seed_count,
				     list->SA, list->w, list->n);
}

/* How many steps from the i-th on share its list and are scored together. */
static size_t together(const struct ralm_score_step *step, size_t i,
		       size_t count)
{
	size_t n = 1;
	while (n < TARGETS && i + n < count && !step[i + n].new_list)
		n++;
	return n;
}

static int tell(struct ralm_score_result *result,
		const struct ralm_scorer *scorer,
		const struct ralm_score_list *list,
		const struct ralm_score_step *step, float cosine,
		struct ralm_error *err)
{
	if (step->tq == NULL)
		cosine = 0;
	if (isnan(cosine))
		return ralm_error_set(err, RALM_ERROR_NUMERIC,
				      "the model holds a number that is not finite");
	result->cosine = cosine;
	result->score = (float)ralm_sigmoid(
		scorer->scale * (double)cosine + scorer->bias);
	result->seeds = list->n + list->unknown_seeds;
	result->unknown_seeds = list->unknown_seeds;
	result->no_seeds = list->n == 0;
	result->unknown_target = step->tq == NULL;
	return 0;
}

int ralm_score_take(struct ralm_score_result *results,
		    struct ralm_score_worker *worker,
		    const struct ralm_score_request *requests, size_t i,
		    size_t count, struct ralm_error *err)
{
	const struct ralm_scorer *scorer = worker->scorer;
	const struct ralm_scoring *kernels = scorer->kernels;
	const struct ralm_score_step *step = &worker->step[i];
	const size_t taken = together(worker->step, i, count);
	const size_t targets = taken == 1 ? 1 : TARGETS;
	const float *tq[TARGETS];
	float cosine[TARGETS] = {0};
	bool any = false;
	const size_t last = i + taken + AHEAD < count ? i + taken + AHEAD : count;
	ask_for(worker, &worker->step[last - 1]);
	for (size_t t = 0; t < targets; t++) {
		const bool there = t < taken && step[t].tq != NULL;
		tq[t] = there ? step[t].tq : worker->zeros;
		any |= there;
	}
	if (step->new_list)
		worker->current = step->list;
	const struct ralm_score_list *list = &worker->current;
	any &= list->n > 0;
	if (any)
		kernels->attention(worker->p, list->SA, tq, targets, list->n,
				   scorer->width, &worker->ahead);
	/* In between: it does not wait for what the attention ends with. */
	if (step->new_list && list->n > 0 && !step->has_w)
		weigh_list(worker, step, &requests[i]);
	if (any)
		kernels->cosines(cosine, worker->p, list->w, list->SA, tq,
				 targets, list->n, scorer->width);
	for (size_t t = 0; t < taken; t++)
		if (tell(&results[i + t], scorer, list, &step[t], cosine[t],
			 err) != 0)
			return -1;
	return (int)taken;
}
