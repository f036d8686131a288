/* The table of users' vectors: rows copied for a batch, and the optimizer's step on the
 * rows that got a gradient. Kernels have a work-group for each row. */

/* X (n,D) = the table's rows row (n). */
KERNEL void gather_rows(OUT float *X, IN float *table, IN uint *row, uint D)
{
	const size_t i = get_group_id(0);
	IN float *x = table + (size_t)row[i] * D;
	for (uint d = get_local_id(0); d < D; d += WG)
		X[i * D + d] = x[d];
}

/* Number d of a row's gradient: the sum of number d of the rows index[begin, end) of
 * `found`, starting from a copy of the first. */
float gradient(IN float *found, IN uint *index, uint begin, uint end, uint D,
	       uint d)
{
	float sum = found[(size_t)index[begin] * D + d];
	for (uint i = begin + 1; i < end; i++)
		sum += found[(size_t)index[i] * D + d];
	return sum;
}

/* enum ralm_rule and the bits of kernels/update_rule.h. */
enum { SGD, ADAGRAD, ROWWISE_ADAGRAD, ADAM };
enum { BAD_GRADIENT = 1, BAD_VALUE = 2, BAD_STATE = 4 };

/* One step (kernels/update.h) on number `at` of x, m and v, by gradient g. Returns the
 * bits of those that are not finite. rowwise_adagrad: the caller sees to its state. */
uint move(OUT float *x, OUT float *m, OUT float *v, size_t at, float g, uint rule,
	  float rate, float keep)
{
	float by = g, state = 0;
	if (rule == ADAGRAD) {
		m[at] += g * g;
		state = m[at];
		by = g / (sqrt(m[at]) + 1e-10f);
	} else if (rule == ADAM) {
		m[at] = 0.9f * m[at] + 0.1f * g;
		v[at] = 0.999f * v[at] + 0.001f * g * g;
		state = v[at];
		by = m[at] / (sqrt(v[at]) + 1e-8f);
	}
	x[at] = x[at] * keep - rate * by;
	return (isfinite(g) ? 0 : BAD_GRADIENT) |
	       (isfinite(x[at]) ? 0 : BAD_VALUE) |
	       (isfinite(state) ? 0 : BAD_STATE);
}

/* Moves row[u] of x, with what the optimizer keeps in m and v, by the sum of gradients
 * index[start[u], start[u + 1]) of `found`. bad: the bits of all rows together, which
 * are the same in whichever order an atomic operation sets them. */
KERNEL void move_rows(OUT float *x, OUT float *m, OUT float *v,
		      volatile OUT uint *bad, IN uint *row, IN float *found,
		      IN uint *start, IN uint *index, uint rule, float rate,
		      float keep, uint D)
{
	__local float scratch[WG];
	const size_t u = get_group_id(0), first = (size_t)row[u] * D;
	const uint begin = start[u], end = start[u + 1];
	uint wrong = 0;
	if (rule == ROWWISE_ADAGRAD) {
		float sum = 0;
		for (uint d = get_local_id(0); d < D; d += WG) {
			const float g = gradient(found, index, begin, end, D, d);
			sum += g * g;
		}
		sum = m[row[u]] + sum_of_all(scratch, sum) / D;
		rate /= sqrt(sum) + 1e-10f;
		MEET; /* all have read the state */
		if (get_local_id(0) == 0)
			m[row[u]] = sum;
		wrong = isfinite(sum) ? 0 : BAD_STATE;
	}
	for (uint d = get_local_id(0); d < D; d += WG)
		wrong |= move(x, m, v, first + d,
			      gradient(found, index, begin, end, D, d), rule,
			      rate, keep);
	if (wrong != 0)
		atomic_or(bad, wrong);
}
