/* Random scored samples with ties, infinities, denormals, weights and groups,
 * and what the plain definitions of measures have in common. */
#ifndef SCORED_H
#define SCORED_H

#include "pool.h"
#include "libralm/ground/rng.h"
#include "libralm/metrics/score_set.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 400 };

struct samples {
	size_t count;
	double score[MOST], weight[MOST];
	uint8_t label[MOST];
	uint64_t group[MOST];
	bool weighted, grouped;
};

static inline bool near(double a, double b)
{
	return fabs(a - b) <= 1e-12 * fmax(1, fabs(b)) ||
	       (isnan(a) && isnan(b)) || a == b;
}

static inline double draw(struct ralm_rng *rng, int kind)
{
	static const double special[] = {-INFINITY, INFINITY, -0.0, 0.0, 5e-324,
					 -5e-324, DBL_MIN, DBL_MAX, -DBL_MAX, 1};
	switch (kind) {
	case 0:
		return (double)ralm_rng_below(rng, 6) / 5;
	case 1:
		return ralm_rng_uniform(rng);
	case 2:
		return special[ralm_rng_below(rng, 10)];
	default:
		return ralm_rng_uniform(rng) * 8 - 4;
	}
}

static inline void draw_samples(struct samples *s, struct ralm_rng *rng, int kind)
{
	s->count = 1 + ralm_rng_below(rng, MOST);
	s->weighted = ralm_rng_below(rng, 2);
	s->grouped = ralm_rng_below(rng, 2);
	uint64_t groups = 1 + ralm_rng_below(rng, 40);
	for (size_t i = 0; i < s->count; i++) {
		s->score[i] = draw(rng, kind);
		s->label[i] = ralm_rng_below(rng, 3) == 0;
		s->weight[i] = s->weighted ? (double)ralm_rng_below(rng, 4) / 2 +
						     ralm_rng_uniform(rng) / 8
					   : 1;
		s->group[i] = s->grouped ? ralm_rng_below(rng, groups) << 40 : 0;
	}
}

/* A set of them, given in batches of 50. Without `sorted` its groups stand. */
static inline void fill(struct ralm_score_set *set, const struct samples *s,
			bool sorted)
{
	struct ralm_error err;
	struct ralm_score_batch batch = {.grouped = s->grouped,
					 .weighted = s->weighted};
	ralm_score_set_init(set, s->grouped, s->weighted);
	set->threads = pool(3);
	for (size_t i = 0; i < s->count; i++) {
		if (ralm_score_batch_reserve(&batch, 1, &err) != 0)
			abort();
		ralm_score_batch_put(&batch, s->label[i], s->group[i],
				     s->score[i], s->weight[i]);
		if (i % 50 != 49 && i + 1 < s->count)
			continue;
		if (ralm_score_set_take(set, &batch, &err) != 0)
			abort();
	}
	ralm_score_batch_release(&batch);
	if (sorted)
		ralm_score_set_sort(set);
}

static inline double wins(double above, double below)
{
	return above > below ? 1 : above == below ? 0.5 : 0;
}

/* Weight of samples with the label (or any: -1) and a score >= threshold. */
static inline double weight_from(const struct samples *s, int label, double threshold)
{
	double sum = 0;
	for (size_t i = 0; i < s->count; i++)
		if ((label < 0 || s->label[i] == label) && s->score[i] >= threshold)
			sum += s->weight[i];
	return sum;
}

static inline double plain_auc(const struct samples *s, uint64_t group, bool all)
{
	double won = 0, pairs = 0;
	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < s->count; j++)
			if (s->label[i] && !s->label[j] &&
			    (all || (s->group[i] == group && s->group[j] == group))) {
				double w = s->weight[i] * s->weight[j];
				pairs += w;
				won += w * wins(s->score[i], s->score[j]);
			}
	return pairs > 0 ? won / pairs : (double)NAN;
}

#endif
