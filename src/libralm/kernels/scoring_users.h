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

/* x_u (D) · M (D,H') to y_u + at, for four users at a time. M often fits the
 * nearest cache, but not with the matrix of the next step: all users take one
 * step, then the next. */
static void times(float *const *y, size_t at, const float *const *x,
		  size_t users, const float *M, size_t D, size_t width)
{
	for (size_t u = 0; u < users; u += USERS) {
		float *to[USERS];
		size_t h = 0;
		for (size_t k = 0; k < USERS; k++)
			to[k] = y[u + k] + at;
		for (; h + TIMES_COLUMNS * WIDE <= width;
		     h += TIMES_COLUMNS * WIDE)
			times_columns(to, x + u, M, D, width, h, TIMES_COLUMNS);
		for (; h < width; h += WIDE)
			times_columns(to, x + u, M, D, width, h, 1);
	}
}

static void seed_rows(float *const *SA, const float *const *x, size_t users,
		      const float *Ms, const float *Wg, size_t D, size_t width)
{
	times(SA, 0, x, users, Ms, D, width);
	times(SA, width, (const float *const *)SA, users, Wg, width, width);
	for (size_t u = 0; u < users; u++) {
		float *A = SA[u] + width;
		for (size_t h = 0; h < width; h += WIDE)
			store(A + h, tanh_of(load(A + h)));
	}
}

static void target_rows(float *const *tq, const float *const *x, size_t users,
			const float *Mt, const float *WlT, size_t D,
			size_t width)
{
	times(tq, 0, x, users, Mt, D, width);
	times(tq, width, (const float *const *)tq, users, WlT, width, width);
	for (size_t u = 0; u < users; u++) {
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
