/* jobs/fit/fit_record: a curve of any length has a few hundred points, which are
 * evenly apart, and what is between two of them is what was. */
#include "libralm/jobs/fit/fit_record.h"

#include "check.h"

#include <math.h>

static struct ralm_fit_curve curve;

/* Step i has i % 5 + 1 samples, each with a loss of i, and takes half a second. */
static struct ralm_fit_point after(uint64_t steps)
{
	struct ralm_fit_point point = {.step = steps, .seconds = 2 + 0.5 * (double)steps};
	for (uint64_t i = 1; i <= steps; i++) {
		point.samples += i % 5 + 1;
		point.loss += (double)(i * (i % 5 + 1));
	}
	return point;
}

static void offer(uint64_t steps)
{
	curve = (struct ralm_fit_curve){.count = 0};
	for (uint64_t i = 1; i <= steps; i++) {
		if (!ralm_fit_curve_offer(&curve))
			continue;
		const struct ralm_fit_point point = after(i);
		ralm_fit_curve_keep(&curve, &point);
	}
}

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

/* Points stand `every` steps apart, and tell the mean loss and the rate of these. */
static void check_curve(uint64_t steps, uint64_t every)
{
	bool even = true, right = true;
	offer(steps);
	for (size_t i = 0; i < curve.count; i++) {
		const uint64_t from = i * every, to = from + every;
		const struct ralm_fit_point a = after(from), b = after(to);
		const double samples = (double)(b.samples - a.samples);
		even = even && curve.point[i].step == to;
		right = right &&
			near(ralm_fit_curve_loss(&curve, i),
			     (b.loss - a.loss) / samples) &&
			near(ralm_fit_curve_rate(&curve, i, 2),
			     samples / (0.5 * (double)every));
	}
	check(even && curve.count == steps / every, "%d steps: %d points, %d apart",
	      (int)steps, (int)curve.count, (int)every);
	check(right, "%d steps: losses and rates between points", (int)steps);
}

int main(void)
{
	check_curve(1, 1);
	check_curve(511, 1);
	check_curve(512, 2);
	check_curve(1023, 2);
	check_curve(1024, 4);
	check_curve(2999, 8);

	/* The end stands in any case. */
	offer(2999);
	const struct ralm_fit_point end = after(2999);
	ralm_fit_curve_keep(&curve, &end);
	check(curve.count == 375 && curve.point[374].step == 2999 &&
		      near(ralm_fit_curve_loss(&curve, 374),
			   (end.loss - after(2992).loss) /
				   (double)(end.samples - after(2992).samples)),
	      "the last point is nearer");
	ralm_fit_curve_keep(&curve, &end);
	check(isnan(ralm_fit_curve_loss(&curve, 375)) &&
		      isnan(ralm_fit_curve_rate(&curve, 375, 0)),
	      "nothing was between");
	/* Before its first step a run may have passed over others. */
	offer(1);
	check(near(ralm_fit_curve_rate(&curve, 0, 2), 4) &&
		      near(ralm_fit_curve_rate(&curve, 0, 0), 0.8),
	      "seconds before the first step are not its own");
	return check_done();
}
