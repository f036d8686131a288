/* Scoring: a list's global attention, and a list against many targets. Most of the work
 * is products of matrices (matmul.c); these kernels do the rest. A seed may stand for m
 * of them (centroids): then exp(.) counts m times in a softmax, and a row of P m times.
 * Kernels have a work-group for each seed or each target, if the comment says so. */

/* A seed, the i-th after `first`: row i of P (·,n) becomes m_(first+i) softmax(row). */
KERNEL void weighted_softmax(OUT float *P, IN float *m, ulong first, ulong n)
{
	__local float scratch[WG];
	const size_t i = get_group_id(0);
	const uint t = get_local_id(0);
	OUT float *row = P + i * n;
	float most = -INFINITY, sum = 0;
	for (ulong j = t; j < n; j += WG)
		most = fmax(most, row[j]);
	most = most_of_all(scratch, most);
	for (ulong j = t; j < n; j += WG) {
		row[j] = m[j] * exp(row[j] - most);
		sum += row[j];
	}
	sum = sum_of_all(scratch, sum);
	for (ulong j = t; j < n; j += WG)
		row[j] *= m[first + i] / sum;
}

/* w (n) = the sums of the columns of P (rows,n); with `adds` w += these. A work-item for
 * each column. */
KERNEL void sum_columns(OUT float *w, IN float *P, uint adds, ulong rows,
			ulong n)
{
	const size_t j = get_global_id(0);
	float sum = 0;
	if (j >= n)
		return;
	for (ulong i = 0; i < rows; i++)
		sum += P[i * n + j];
	w[j] = adds ? w[j] + sum : sum;
}

/* A target: its row of p (targets,n), which is S·q, becomes
 * softmax(tanh(S·q)) + w. numbers: m (n), then w (n). */
KERNEL void target_weights(OUT float *p, IN float *numbers, ulong n)
{
	__local float scratch[WG];
	const uint t = get_local_id(0);
	OUT float *row = p + get_group_id(0) * n;
	float sum = 0;
	for (ulong j = t; j < n; j += WG) {
		row[j] = numbers[j] * exp(tanh(row[j]));
		sum += row[j];
	}
	sum = sum_of_all(scratch, sum);
	for (ulong j = t; j < n; j += WG)
		row[j] = row[j] / sum + numbers[n + j];
}

/* A target, the i-th: c[at + i] = (1 - alpha) cos(v, t) + alpha g·t, clamped to [-1, 1];
 * t has length 1 or is zero. V (targets,W); targets (targets,2W): t, then q; g (W):
 * numbers from 2 n on. zero: a vector whose square is below it counts as zero; NaN where
 * the square is more than a float holds. */
KERNEL void target_cosines(OUT float *c, ulong at, IN float *V,
			   IN float *targets, IN float *numbers, ulong n,
			   float alpha, float zero, uint W)
{
	__local float scratch[WG];
	const size_t i = get_group_id(0);
	IN float *v = V + i * W, *t = targets + i * 2 * W, *g = numbers + 2 * n;
	float vt = 0, vv = 0, gt = 0;
	for (uint h = get_local_id(0); h < W; h += WG) {
		vt += v[h] * t[h];
		vv += v[h] * v[h];
		gt += g[h] * t[h];
	}
	vt = sum_of_all(scratch, vt);
	vv = sum_of_all(scratch, vv);
	gt = sum_of_all(scratch, gt);
	if (get_local_id(0) != 0)
		return;
	const float cosine = vv < zero ? 0 : isinf(vv) ? NAN : vt / sqrt(vv);
	const float x = (1 - alpha) * cosine + alpha * gt;
	c[at + i] = x > 1 ? 1 : x < -1 ? -1 : x;
}
