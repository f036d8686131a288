#include "jobs/expand/size_curve.h"

#include "jobs/expand/hold_out.h"

#include <math.h>
#include <stdlib.h>

static int by_size(const void *a, const void *b)
{
	const struct ralm_size_point *x = a, *y = b;
	return x->size < y->size ? -1 : x->size > y->size;
}

size_t ralm_size_curve_init(struct ralm_size_curve *curve,
			    const struct ralm_expand_size *size, size_t eligible)
{
	size_t above = 0, kept = 0;
	for (size_t i = 0; i < size->curve_count; i++) {
		const size_t count = ralm_share_count(&size->curve[i], eligible);
		above += count > eligible;
		curve->point[i] = (struct ralm_size_point){
			.size = count < eligible ? count : eligible};
	}
	qsort(curve->point, size->curve_count, sizeof *curve->point, by_size);
	for (size_t i = 0; i < size->curve_count; i++)
		if (kept == 0 ||
		    curve->point[i].size > curve->point[kept - 1].size)
			curve->point[kept++] = curve->point[i];
	curve->count = kept;
	for (size_t i = 0; i < kept; i++) {
		struct ralm_size_point *point = &curve->point[i];
		point->share = (double)point->size / (double)eligible;
		point->threshold = point->mean = NAN;
		point->found = (struct ralm_interval){NAN, NAN, NAN, NAN};
	}
	return above;
}

void ralm_size_curve_fill(struct ralm_size_curve *curve,
			  const struct ralm_audience *audience,
			  const struct ralm_hold_out *held,
			  const struct ralm_found *passed_over,
			  const struct ralm_scorer *scorer, bool raw)
{
	double sum = 0;
	size_t i = 0, f = 0;
	for (size_t p = 0; p < curve->count; p++) {
		struct ralm_size_point *point = &curve->point[p];
		for (; i < point->size && i < audience->count; i++) {
			const float c = ralm_audience_cosine(audience, i);
			point->threshold =
				(double)(raw ? c : ralm_scorer_score(scorer, c));
			sum += point->threshold;
		}
		point->mean = sum / (double)i;
		if (f < held->found_count && &held->found[f] == passed_over)
			f++;
		if (f < held->found_count)
			point->found = held->found[f++].seeds;
	}
}

struct ralm_interval ralm_size_lift(const struct ralm_size_point *point)
{
	return (struct ralm_interval){
		.value = point->found.value / point->share,
		.error = point->found.error / point->share,
		.low = point->found.low / point->share,
		.high = point->found.high / point->share,
	};
}

void ralm_size_curve_put(struct ralm_writer *writer,
			 const struct ralm_size_curve *curve)
{
	static const char names[] =
		"size\tshare\tthreshold\tmean_score\tfound\tfound_low\t"
		"found_high\tlift\tlift_low\tlift_high\n";
	ralm_writer_put(writer, names, sizeof names - 1);
	for (size_t i = 0; i < curve->count; i++) {
		const struct ralm_size_point *point = &curve->point[i];
		const struct ralm_interval lift = ralm_size_lift(point);
		const double numbers[] = {
			point->share,	     point->threshold,
			point->mean,	     point->found.value,
			point->found.low,    point->found.high,
			lift.value,	     lift.low,
			lift.high,
		};
		ralm_writer_put_u64(writer, point->size);
		for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
			ralm_writer_put_char(writer, '\t');
			ralm_writer_put_real(writer, numbers[n]);
		}
		ralm_writer_put_char(writer, '\n');
	}
}
