#include "metrics/resampling.h"

#include "ground/memory.h"
#include "metrics/auc.h"
#include "metrics/group_walk.h"

#include <math.h>
#include <stdlib.h>

void ralm_resampling_release(struct ralm_resampling *resampling)
{
	free(resampling->steps);
	free(resampling->weights);
	free(resampling->rows);
	memset(resampling, 0, sizeof *resampling);
}

/* ---- setup ----------------------------------------------------------------- */

/* The state of ralm_resampling_init. */
struct setup {
	struct ralm_resampling *out;
	const struct ralm_score_set *set;
	struct ralm_runs all;
	uint64_t *records; /* key, unit << 1 | label, weight of each sample */
	size_t words;
	bool groups;
	const struct ralm_top_measures *tops;
	size_t top_count;
	const double *gains;
	size_t first[RALM_GROUP_PARTS + 1]; /* unit of each part */
	bool outside[RALM_GROUP_PARTS];     /* a score is no probability */
	int exponent[RALM_GROUP_PARTS];     /* the largest of a group's weight */
	int *exponents;                     /* (units); NULL without groups */
};

enum { NO_EXPONENT = -100000 };

/* Adds a sample to its unit's row, and writes its record. */
static void put_sample(struct setup *m, size_t part, size_t unit, int label,
		       size_t place, uint64_t key, double weight)
{
	double *row = m->out->rows + unit * m->out->columns;
	uint64_t *record = m->records + place * m->words;
	const double score = ralm_key_real(key);
	record[0] = key;
	record[1] = (uint64_t)unit << 1 | (unsigned)label;
	if (m->all.weighted)
		memcpy(&record[2], &weight, sizeof weight);
	row[RALM_UNIT_ZERO + label] += weight;
	if (score < 0 || score > 1) {
		m->outside[part] = true;
		return;
	}
	if (label == 0)
		weight *= m->all.ratio;
	const double p = ralm_clamp_probability(score);
	const double miss = label ? 1 - score : score;
	row[RALM_UNIT_LOSS] -= weight * log(label ? p : 1 - p);
	row[RALM_UNIT_SQUARE_ERROR] += weight * miss * miss;
	row[RALM_UNIT_SCORE] += weight * score;
}

/* Samples of one label of the set, all of one unit or each its own. */
static void put_samples(struct setup *m, size_t part, size_t unit, int label,
			const struct ralm_sorted *run, bool own)
{
	const struct ralm_sorted *all = &m->all.of[label];
	if (run->count == 0)
		return;
	const size_t begin = (size_t)(run->keys - all->keys) / (size_t)all->words;
	for (size_t i = 0; i < run->count; i++) {
		const size_t place = begin + i + (label ? m->all.of[0].count : 0);
		const double weight = m->all.weighted
					      ? ralm_sorted_weight(run, i) *
							m->all.scale[label]
					      : 1;
		put_sample(m, part, own ? place : unit, label, place,
			   ralm_sorted_key(run, i), weight);
	}
}

/* The means of a group; its weight is scaled later. */
static void put_group(struct setup *m, size_t part, size_t unit,
		      const struct ralm_sorted of[2])
{
	double *row = m->out->rows + unit * m->out->columns;
	struct ralm_top_measures tops[RALM_TOPS_MAX];
	const struct ralm_runs runs =
		ralm_runs_of(&of[0], &of[1], m->all.weighted, NULL);
	for (size_t t = 0; t < m->top_count; t++)
		tops[t] = (struct ralm_top_measures){.k = m->tops[t].k};
	const struct ralm_group_value value =
		ralm_group_value(tops, m->top_count, &runs, m->gains);
	if (!isnan(value.auc)) {
		row[RALM_UNIT_HAS_AUC] = 1;
		row[RALM_UNIT_AUC] = value.auc;
		row[RALM_UNIT_AUC_WEIGHT] = value.weight;
		m->exponents[unit] = value.exponent;
		if (value.weight > 0 && value.exponent > m->exponent[part])
			m->exponent[part] = value.exponent;
	}
	row[RALM_UNIT_CLICKED] = value.clicked;
	for (size_t t = 0; t < m->top_count; t++) {
		row[RALM_UNIT_TOPS + 3 * t] = tops[t].precision;
		row[RALM_UNIT_TOPS + 3 * t + 1] = tops[t].recall;
		row[RALM_UNIT_TOPS + 3 * t + 2] = tops[t].ndcg;
	}
}

static void count_part(void *context, size_t p, unsigned thread)
{
	struct setup *m = context;
	struct ralm_group_walk walk = ralm_group_walk_part(&m->all, p);
	struct ralm_sorted of[2];
	(void)thread;
	while (ralm_group_walk_next(of, &walk))
		m->first[p + 1]++;
}

static void put_part(void *context, size_t p, unsigned thread)
{
	struct setup *m = context;
	struct ralm_group_walk walk = ralm_group_walk_part(&m->all, p);
	struct ralm_sorted of[2];
	(void)thread;
	m->exponent[p] = NO_EXPONENT;
	for (size_t unit = m->first[p]; ralm_group_walk_next(of, &walk); unit++) {
		for (int c = 0; c < 2; c++)
			put_samples(m, p, unit, c, &of[c], false);
		if (m->groups)
			put_group(m, p, unit, of);
	}
}

/* Weights of groups in one unit, that of the largest. */
static void scale_groups(struct setup *m)
{
	int top = NO_EXPONENT;
	for (size_t p = 0; p < RALM_GROUP_PARTS; p++)
		top = m->exponent[p] > top ? m->exponent[p] : top;
	for (size_t u = 0; u < m->out->units; u++) {
		double *row = m->out->rows + u * m->out->columns;
		row[RALM_UNIT_AUC_WEIGHT] =
			ldexp(row[RALM_UNIT_AUC_WEIGHT], m->exponents[u] - top);
		row[RALM_UNIT_WEIGHTED_AUC] =
			row[RALM_UNIT_AUC_WEIGHT] * row[RALM_UNIT_AUC];
	}
}

/* The samples by score, out of the records. */
static int put_steps(struct setup *m, struct ralm_error *err)
{
	struct ralm_resampling *out = m->out;
	const size_t count = out->count;
	ralm_words_sort(m->records, count, (int)m->words, m->set->threads);
	out->steps = ralm_aligned_new(count, sizeof *out->steps, err);
	if (out->steps == NULL)
		return -1;
	if (m->all.weighted) {
		out->weights = ralm_aligned_new(count, sizeof *out->weights, err);
		if (out->weights == NULL)
			return -1;
	}
	for (size_t i = 0; i < count; i++) {
		const uint64_t *record = m->records + (count - 1 - i) * m->words;
		const bool last = i + 1 == count ||
				  record[0] != *(record - m->words);
		out->steps[i] = (uint32_t)(record[1] << 1 | last);
		if (m->all.weighted)
			memcpy(&out->weights[i], &record[2], sizeof(double));
	}
	return 0;
}

static int make(struct setup *m, struct ralm_error *err)
{
	struct ralm_resampling *out = m->out;
	const bool grouped = m->set->grouped;
	if (grouped)
		ralm_threads_each(m->set->threads, RALM_GROUP_PARTS, count_part, m);
	for (size_t p = 0; p < RALM_GROUP_PARTS; p++)
		m->first[p + 1] += m->first[p];
	out->units = grouped ? m->first[RALM_GROUP_PARTS] : out->count;
	if (out->units > RALM_UNITS_MAX)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "more than %d groups or lines to resample",
				      RALM_UNITS_MAX);
	if (RALM_NEW_ROWS(out->rows, out->units, out->columns, err) != 0 ||
	    RALM_NEW_ROWS(m->records, out->count, m->words, err) != 0 ||
	    RALM_NEW(m->exponents, m->groups ? out->units : 0, err) != 0)
		return -1;
	if (grouped) {
		ralm_threads_each(m->set->threads, RALM_GROUP_PARTS, put_part, m);
	} else {
		for (int c = 0; c < 2; c++)
			put_samples(m, 0, 0, c, &m->all.of[c], true);
	}
	if (m->groups)
		scale_groups(m);
	out->probabilities = true;
	for (size_t p = 0; p < RALM_GROUP_PARTS; p++)
		out->probabilities = out->probabilities && !m->outside[p];
	return put_steps(m, err);
}

int ralm_resampling_init(struct ralm_resampling *out,
			 const struct ralm_score_set *set, bool groups,
			 const struct ralm_top_measures *tops, size_t top_count,
			 struct ralm_error *err)
{
	struct ralm_resampling new = {.count = set->count[0] + set->count[1]};
	struct setup m = {
		.out = &new,
		.set = set,
		.all = ralm_score_set_runs(set),
		.groups = groups && set->grouped,
		.tops = tops,
		.top_count = groups && set->grouped ? top_count : 0,
	};
	m.words = 2u + m.all.weighted;
	new.columns = m.groups ? RALM_UNIT_TOPS + 3 * m.top_count
			       : RALM_UNIT_LINE_COLUMNS;
	new.ratio = m.all.ratio;
	double *gains = ralm_gains_new(tops, m.top_count, err);
	m.gains = gains;
	int result = gains == NULL ? -1 : make(&m, err);
	free(gains);
	free(m.records);
	free(m.exponents);
	if (result == 0)
		*out = new;
	else
		ralm_resampling_release(&new);
	return result;
}

/* ---- a resample ------------------------------------------------------------ */

/* The sums over the rows of all units, each as often as it was drawn. */
static void sum_rows(double *sums, const struct ralm_resampling *r,
		     const uint8_t *drawn)
{
	memset(sums, 0, r->columns * sizeof *sums);
	for (size_t u = 0; u < r->units; u++) {
		const double *row = r->rows + u * r->columns, times = drawn[u];
		for (size_t c = 0; c < r->columns; c++)
			sums[c] += times * row[c];
	}
}

/* With `weights` NULL, a constant, that case is its own loop. */
static inline __attribute__((always_inline)) void
walk(struct ralm_measure_sums *sums, const struct ralm_resampling *r,
     const uint8_t *drawn, const double *weights)
{
	const double *total = sums->weight;
	double fp = 0, tp = 0, here[2] = {0, 0};
	double pairs = 0, precision = 0, distance = -1;
	for (size_t i = 0; i < r->count; i++) {
		const uint32_t step = r->steps[i];
		const double times = drawn[step >> 2];
		const double weight = weights ? weights[i] * times : times;
		const double one = step & 2 ? weight : 0;
		here[0] += weight - one;
		here[1] += one;
		if (!(step & 1))
			continue;
		pairs += here[0] * (2 * tp + here[1]);
		fp += here[0];
		tp += here[1];
		if (here[1] > 0)
			precision += ralm_step_precision(
				here[1], tp, fp, total[1], r->ratio);
		const double from = fabs(tp * total[0] - fp * total[1]);
		distance = from > distance ? from : distance;
		here[0] = here[1] = 0;
	}
	sums->pairs = pairs;
	sums->precision = precision;
	sums->distance = distance;
}

static void walk_plain(struct ralm_measure_sums *sums,
		       const struct ralm_resampling *r, const uint8_t *drawn)
{
	walk(sums, r, drawn, NULL);
}

static void walk_weighted(struct ralm_measure_sums *sums,
			  const struct ralm_resampling *r, const uint8_t *drawn)
{
	walk(sums, r, drawn, r->weights);
}

void ralm_resampling_measure(struct ralm_measures *measures,
			     struct ralm_group_measures *groups,
			     struct ralm_top_measures *tops, size_t top_count,
			     const struct ralm_resampling *r,
			     const uint8_t *drawn)
{
	double rows[RALM_UNIT_COLUMNS_MAX];
	sum_rows(rows, r, drawn);
	struct ralm_measure_sums sums = {
		.weight = {rows[RALM_UNIT_ZERO], rows[RALM_UNIT_ONE]},
		.loss = rows[RALM_UNIT_LOSS],
		.square_error = rows[RALM_UNIT_SQUARE_ERROR],
		.score = rows[RALM_UNIT_SCORE],
	};
	(r->weights ? walk_weighted : walk_plain)(&sums, r, drawn);
	*measures = (struct ralm_measures){.probabilities = r->probabilities};
	ralm_measures_of_sums(measures, &sums, r->ratio);
	if (r->columns == RALM_UNIT_LINE_COLUMNS)
		return;
	/* 0 / 0: no group, no mean. */
	groups->auc_weighted = rows[RALM_UNIT_WEIGHTED_AUC] /
			       rows[RALM_UNIT_AUC_WEIGHT];
	groups->auc_plain = rows[RALM_UNIT_AUC] / rows[RALM_UNIT_HAS_AUC];
	for (size_t t = 0; t < top_count; t++) {
		const double *top = &rows[RALM_UNIT_TOPS + 3 * t];
		tops[t].precision = top[0] / rows[RALM_UNIT_CLICKED];
		tops[t].recall = top[1] / rows[RALM_UNIT_CLICKED];
		tops[t].ndcg = top[2] / rows[RALM_UNIT_CLICKED];
	}
}
