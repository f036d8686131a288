#include "metrics/measures.h"

#include "metrics/auc.h"

#include <math.h>

/* ---- a product of many probabilities ----------------------------------- */

/* A sum of many logarithms is the logarithm of a product: a multiplication a
 * sample instead of a call of log. The exponent is taken out of the product
 * before it underflows; the product's relative error, half a unit in the last
 * place a factor, is the absolute error of each logarithm. */
struct log_sum {
	double product;
	int64_t exponent;
	double repeated; /* logarithms of factors with a weight other than 1 */
};

static const struct log_sum log_sum_empty = {1, 0, 0};

static inline void log_sum_multiply(struct log_sum *sum, double factor)
{
	sum->product *= factor; /* factor >= 2^-52, product > 2^-900 */
	if (sum->product < 0x1p-900) {
		int exponent;
		sum->product = frexp(sum->product, &exponent);
		sum->exponent += exponent;
	}
}

static inline void log_sum_add(struct log_sum *sum, double factor, double weight)
{
	if (weight == 1)
		log_sum_multiply(sum, factor);
	else if (weight != 0)
		sum->repeated += weight * log(factor);
}

static double log_sum_value(const struct log_sum *sum)
{
	return log(sum->product) + (double)sum->exponent * log(2) +
	       sum->repeated;
}

/* ---- one part ---------------------------------------------------------- */

struct part_sums {
	double pairs;     /* twice the weight of pairs in the right order */
	double precision; /* sum of precision times weight of label 1 */
	double distance, distance_score; /* of KS, times both weights */
	struct log_sum log_likelihood;
	double square_error, score;
};

/* With `probabilities` a constant, each case is its own loop. */
static inline __attribute__((always_inline)) void
walk(struct part_sums *out, const struct ralm_part *part, const double total[2],
     bool probabilities)
{
	struct part_sums sums = {.log_likelihood = log_sum_empty,
				 .distance = -1};
	struct ralm_steps steps = part->steps;
	struct ralm_step step;
	const double ratio = steps.runs->ratio;
	double fp = part->above[0], tp = part->above[1];
	while (ralm_steps_next(&steps, &step)) {
		double negative = step.weight[0], positive = step.weight[1];
		sums.pairs += negative * (2 * tp + positive);
		fp += negative;
		tp += positive;
		if (positive > 0)
			sums.precision += ralm_step_precision(
				positive, tp, fp, total[1], ratio);
		double distance = fabs(tp * total[0] - fp * total[1]);
		if (distance > sums.distance) {
			sums.distance = distance;
			sums.distance_score = step.score;
		}
		if (!probabilities)
			continue;
		negative *= ratio;
		double p = ralm_clamp_probability(step.score);
		log_sum_add(&sums.log_likelihood, p, positive);
		log_sum_add(&sums.log_likelihood, 1 - p, negative);
		p = step.score;
		sums.square_error += positive * (1 - p) * (1 - p) +
				     negative * p * p;
		sums.score += (positive + negative) * p;
	}
	*out = sums;
}

static void walk_order(void *sums, size_t p, const struct ralm_part *part,
		       const double total[2])
{
	walk((struct part_sums *)sums + p, part, total, false);
}

static void walk_probabilities(void *sums, size_t p, const struct ralm_part *part,
			       const double total[2])
{
	walk((struct part_sums *)sums + p, part, total, true);
}

/* ---- the whole --------------------------------------------------------- */

static bool inside_unit(const struct ralm_runs *runs)
{
	for (int c = 0; c < 2; c++) {
		const struct ralm_sorted *run = &runs->of[c];
		if (run->count > 0 &&
		    (ralm_sorted_key(run, 0) < ralm_real_key(0) ||
		     ralm_sorted_key(run, run->count - 1) > ralm_real_key(1)))
			return false;
	}
	return true;
}

void ralm_measures_of_sums(struct ralm_measures *out,
			   const struct ralm_measure_sums *sums,
			   double ratio)
{
	const double nan = (double)NAN, *total = sums->weight;
	const double all = ratio * total[0] + total[1];
	const bool both = total[0] > 0 && total[1] > 0;
	const bool likelihood = out->probabilities && all > 0;
	out->auc = ralm_pairs_auc(sums->pairs, total);
	out->log_loss = likelihood ? sums->loss / all : nan;
	out->brier = likelihood ? sums->square_error / all : nan;
	out->calibration = likelihood && total[1] > 0
				   ? sums->score / total[1]
				   : nan;
	out->average_precision =
		total[1] > 0 ? sums->precision / (ratio == 1 ? total[1] : 1) : nan;
	out->ks = both ? sums->distance / total[0] / total[1] : nan;
	out->ks_score = both ? sums->distance_score : nan;
}

/* The sums of all parts, the top first. */
static struct ralm_measure_sums join(const struct part_sums *sums, size_t count,
				     const double total[2])
{
	struct ralm_sum pairs = {0, 0}, precision = {0, 0}, log_likelihood = {0, 0},
			square_error = {0, 0}, score = {0, 0};
	struct ralm_measure_sums out = {
		.weight = {total[0], total[1]},
		.distance = -1,
	};
	for (size_t p = 0; p < count; p++) {
		ralm_sum_add(&pairs, sums[p].pairs);
		ralm_sum_add(&precision, sums[p].precision);
		ralm_sum_add(&log_likelihood,
			     log_sum_value(&sums[p].log_likelihood));
		ralm_sum_add(&square_error, sums[p].square_error);
		ralm_sum_add(&score, sums[p].score);
		if (sums[p].distance > out.distance) {
			out.distance = sums[p].distance;
			out.distance_score = sums[p].distance_score;
		}
	}
	out.pairs = ralm_sum_value(&pairs);
	out.precision = ralm_sum_value(&precision);
	out.loss = -ralm_sum_value(&log_likelihood);
	out.square_error = ralm_sum_value(&square_error);
	out.score = ralm_sum_value(&score);
	return out;
}

void ralm_measures_compute(struct ralm_measures *out,
			   const struct ralm_runs *runs)
{
	struct part_sums part[RALM_PARTS_MAX];
	double total[2];
	const bool probabilities = inside_unit(runs);
	const size_t parts = ralm_runs_walk(
		total, runs, probabilities ? walk_probabilities : walk_order,
		part);
	*out = (struct ralm_measures){
		.count = {runs->of[0].count, runs->of[1].count},
		.weight = {total[0] * runs->unit[0], total[1] * runs->unit[1]},
		.probabilities = probabilities,
	};
	const struct ralm_measure_sums sums = join(part, parts, total);
	ralm_measures_of_sums(out, &sums, runs->ratio);
}
