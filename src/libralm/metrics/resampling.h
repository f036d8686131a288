/* A set of scores made ready to be resampled: what is drawn, with replacement, is a
 * unit, a group or a sample on its own. A resample is how often each unit was drawn,
 * and its measures are those of the set in which each sample weighs that often.
 *
 *	samples by score   o + o o + +    sorted once; each knows its unit
 *	units              0 1 0 2 1 2 0
 *	how often drawn    2 0 1          a resample: 0 twice, 2 once
 *	so they weigh      2 0 2 1 0 1 2
 *
 * Nothing is sorted anew. Measures that are sums over samples (log loss) or means
 * over groups are sums over units: a row of numbers each. */
#ifndef RALM_METRICS_RESAMPLING_H
#define RALM_METRICS_RESAMPLING_H

#include "metrics/group_measures.h"
#include "metrics/measures.h"
#include "metrics/score_set.h"

/* The columns of a unit's row. Those from HAS_AUC on are there where groups are
 * measured, and from TOPS on precision, recall and nDCG of each K. */
enum ralm_unit_column {
	RALM_UNIT_ZERO, /* weight of label 0, and of label 1 */
	RALM_UNIT_ONE,
	RALM_UNIT_LOSS, /* this to SCORE in the unit of label 1; 0: no probabilities */
	RALM_UNIT_SQUARE_ERROR,
	RALM_UNIT_SCORE,
	RALM_UNIT_LINE_COLUMNS,
	RALM_UNIT_HAS_AUC = RALM_UNIT_LINE_COLUMNS, /* 1 or 0 */
	RALM_UNIT_AUC,
	RALM_UNIT_AUC_WEIGHT,
	RALM_UNIT_WEIGHTED_AUC,
	RALM_UNIT_CLICKED, /* 1 or 0 */
	RALM_UNIT_TOPS,
	RALM_UNIT_COLUMNS_MAX = RALM_UNIT_TOPS + 3 * RALM_TOPS_MAX,
};

struct ralm_resampling {
	/* The samples, highest score first: unit << 2 | label << 1 | whether the
	 * next score is another. And their weights; NULL: 1 each. */
	uint32_t *steps; /* owned, as the others */
	double *weights;
	size_t count;
	double *rows; /* (units, columns) */
	size_t units, columns;
	bool probabilities;
	double ratio; /* of the weights (score_weights.h) */
};

/* 2^30 units at most. */
enum { RALM_UNITS_MAX = 1 << 30 };

/* Units are groups where the set has them, and it is sorted by groups, else samples.
 * Sets with the same groups have the same units. groups: whether means over groups are
 * wanted, and with tops those of the top K. Takes 16 bytes a sample while it runs, with
 * weights 24, and leaves 4, with weights 12, and a row of doubles a unit. The same for
 * any number of threads. */
int ralm_resampling_init(struct ralm_resampling *out,
			 const struct ralm_score_set *set, bool groups,
			 const struct ralm_top_measures *tops, size_t top_count,
			 struct ralm_error *err) RALM_MUST_CHECK;
/* Zeroed, it may be released, too. */
void ralm_resampling_release(struct ralm_resampling *resampling);

/* The measures of the resample in which unit u was drawn drawn[u] times, 255 at most.
 * tops: top_count structs, as above; all but counts are set. */
void ralm_resampling_measure(struct ralm_measures *measures,
			     struct ralm_group_measures *groups,
			     struct ralm_top_measures *tops, size_t top_count,
			     const struct ralm_resampling *resampling,
			     const uint8_t *drawn);

#endif
