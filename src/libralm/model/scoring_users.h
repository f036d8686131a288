/* Users' rows, for scoring_source.h. */
enum { USERS = RALM_SCORING_USERS };

/* Columns h to h + columns * WIDE of y_u = x_u · M. */
ALWAYS void times_columns(float *const y[USERS], const float *const x[USERS],
			  const float *M, size_t D, size_t width, size_t h,
			  const int columns)
{
	wide sum[USERS][COLUMNS_MOST] = {};
	const float *m = M + h;
	for (size_t d = 0; d < D; d++, m += width) {
		wide part[COLUMNS_MOST];
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			part[k] = load(m + k * WIDE);
		UNROLL(4)
		for (int u = 0; u < USERS; u++) {
			wide factor = all(x[u][d]);
			UNROLL(8)
			for (int k = 0; k < columns; k++)
				sum[u][k] += factor * part[k];
		}
	}
	UNROLL(4)
	for (int u = 0; u < USERS; u++)
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			store(y[u] + h + k * WIDE, sum[u][k]);
}

/* y_u (H') = x_u (D) · M (D,H') for four users at a time: M, larger than the
 * nearest cache, is read once for all. */
static void times(float *const y[USERS], const float *const x[USERS],
		  const float *M, size_t D, size_t width)
{
	size_t h = 0;
	for (; h + TIMES_COLUMNS * WIDE <= width; h += TIMES_COLUMNS * WIDE)
		times_columns(y, x, M, D, width, h, TIMES_COLUMNS);
	for (; h < width; h += WIDE)
		times_columns(y, x, M, D, width, h, 1);
}

static void seed_rows(float *const SA[USERS], const float *const x[USERS],
		      const float *Ms, const float *Wg, size_t D, size_t width)
{
	float *A[USERS];
	for (int u = 0; u < USERS; u++)
		A[u] = SA[u] + width;
	times(SA, x, Ms, D, width);
	times(A, (const float *const *)SA, Wg, width, width);
	for (int u = 0; u < USERS; u++)
		for (size_t h = 0; h < width; h += WIDE)
			store(A[u] + h, tanh_of(load(A[u] + h)));
}

static void target_rows(float *const tq[USERS], const float *const x[USERS],
			const float *Mt, const float *WlT, size_t D,
			size_t width)
{
	float *q[USERS];
	for (int u = 0; u < USERS; u++)
		q[u] = tq[u] + width;
	times(tq, x, Mt, D, width);
	times(q, (const float *const *)tq, WlT, width, width);
	for (int u = 0; u < USERS; u++) {
		float *t = tq[u];
		wide square = all(0);
		for (size_t h = 0; h < width; h += WIDE)
			square += load(t + h) * load(t + h);
		float norm = sum_of(square);
		float inverse = norm < RALM_SCORING_ZERO ? 0 : 1 / sqrtf(norm);
		for (size_t h = 0; h < width; h += WIDE)
			store(t + h, load(t + h) * inverse);
	}
}
