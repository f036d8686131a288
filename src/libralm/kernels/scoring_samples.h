/* Samples, for scoring_source.h: one target, or TARGETS of the same list, whose
 * rows are then read once for TILE of them. Either way a sample has the same
 * sums in the same order, and so the same bits.
 *
 * p of several targets: TILE of them after the other, each (n', TILE). */
enum {
	TARGETS = RALM_SCORING_TARGETS,
	/* The sum of all p_j adds up every STRIDE-th of them first. */
	STRIDE = WIDE / TILE,
};

/* ---- attention ----------------------------------------------------------- */

/* No maximum is taken away: tanh keeps the exponents within [-1, 1]. */
static inline wide exp_tanh(wide x)
{
	return exp2_of(tanh_of(x) * LOG2_E);
}

static inline void attend_one(float *p, const float *const *SA, const float *tq,
			      size_t n, size_t width,
			      struct ralm_scoring_ahead *ahead)
{
	const float *q = tq + width;
	for (size_t j = 0; j < n; j += 4) {
		wide sum[4] = {};
		const float *s[4];
		const float *next = next_part(ahead, SA[j]);
		UNROLL(4)
		for (int k = 0; k < 4; k++)
			s[k] = SA[j + (size_t)k];
		for (size_t h = 0; h < width; h += WIDE) {
			wide x = load(q + h);
			__builtin_prefetch(next + h, 0, 2);
			UNROLL(4)
			for (int k = 0; k < 4; k++)
				sum[k] += load(s[k] + h) * x;
		}
		*(four *)(p + j) = sums(sum[0], sum[1], sum[2], sum[3]);
	}
	float part[STRIDE] = {0};
	for (size_t j = 0; j < n; j += WIDE)
		store(p + j, exp_tanh(load(p + j)));
	for (size_t j = 0; j < n; j++)
		part[j % STRIDE] += p[j];
#if RALM_SCORING_WIDE > 4
	const float total = (part[0] + part[2]) + (part[1] + part[3]);
#else
	const float total = part[0] + part[1];
#endif
	const wide inverse = 1 / all(total);
	for (size_t j = 0; j < n; j += WIDE)
		store(p + j, load(p + j) * inverse);
}

static inline void attend_tile(float *p, const float *const *SA,
			       const float *const *tq, size_t n, size_t width,
			       struct ralm_scoring_ahead *ahead)
{
	wide total = all(0);
	for (size_t j = 0; j < n; j += 4)
		tile(p + j * TILE, SA + j, tq, width, ahead);
	for (size_t k = 0; k < n * TILE; k += WIDE) {
		wide x = exp_tanh(load(p + k));
		if (k + WIDE > n * TILE)
			for (size_t i = n * TILE - k; i < WIDE; i++)
				x[i] = 0; /* no seed j */
		store(p + k, x);
		total += x;
	}
	OVER_TILES(total, PLUS);
	const wide inverse = 1 / total;
	for (size_t k = 0; k < n * TILE; k += WIDE)
		store(p + k, load(p + k) * inverse);
}

static void attention(float *p, const float *const *SA, const float *const *tq,
		      size_t targets, size_t n, size_t width,
		      struct ralm_scoring_ahead *ahead)
{
	const size_t rows = (n + RALM_SCORING_ROWS - 1) & -RALM_SCORING_ROWS;
	if (targets == 1)
		attend_one(p, SA, *tq, n, width, ahead);
	else
		for (size_t t = 0; t < TARGETS; t += TILE)
			attend_tile(p + t * rows, SA, tq + t, n, width, ahead);
}

/* ---- cosine -------------------------------------------------------------- */

/* Adds what the columns from h on give to v·t and v·v, v = Σ_j c_j S_j. */
ALWAYS void add_columns(wide vt[TILE], wide vv[TILE], const float *c,
			const float *const *SA, const float *const *tq,
			size_t n, size_t h, const int targets,
			const int columns)
{
	wide v[TILE][COLUMNS_MOST] = {};
	for (size_t j = 0; j < n; j++, c += targets) {
		const float *s = SA[j] + h;
		wide part[COLUMNS_MOST];
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			part[k] = load(s + k * WIDE);
		UNROLL(4)
		for (int t = 0; t < targets; t++) {
			wide factor = all(c[t]);
			UNROLL(8)
			for (int k = 0; k < columns; k++)
				v[t][k] += factor * part[k];
		}
	}
	UNROLL(8)
	for (int k = 0; k < columns; k++)
		UNROLL(4)
		for (int t = 0; t < targets; t++) {
			vt[t] += v[t][k] * load(tq[t] + h + k * WIDE);
			vv[t] += v[t][k] * v[t][k];
		}
}

static inline float cosine_of(wide vt, wide vv)
{
	const float product = sum_of(vt), square = sum_of(vv);
	if (square < RALM_SCORING_ZERO)
		return 0;
	const float c = product / sqrtf(square);
	return c > 1 ? 1 : c < -1 ? -1 : c;
}

/* `most` columns at a time, as long as there are so many. */
ALWAYS void cosines_of(float *cosine, const float *c, const float *const *SA,
		       const float *const *tq, size_t n, size_t width,
		       const int targets, const int most)
{
	wide vt[TILE] = {}, vv[TILE] = {};
	size_t h = 0;
	for (; h + (size_t)most * WIDE <= width; h += (size_t)most * WIDE)
		add_columns(vt, vv, c, SA, tq, n, h, targets, most);
	for (; h < width; h += WIDE)
		add_columns(vt, vv, c, SA, tq, n, h, targets, 1);
	UNROLL(4)
	for (int t = 0; t < targets; t++)
		cosine[t] = cosine_of(vt[t], vv[t]);
}

/* w_j of STRIDE seeds, each TILE times. */
static inline wide spread(const float *w)
{
#if RALM_SCORING_WIDE == 4
	return (wide){w[0], w[0], w[1], w[1]};
#else
	union {
		four first;
		wide all;
	} u = {*(const four *)w};
#if RALM_SCORING_WIDE == 8
	return TURN(u.all, 0, 0, 1, 1, 2, 2, 3, 3);
#else
	return TURN(u.all, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
#endif
#endif
}

static void cosines(float *cosine, float *p, const float *w,
		    const float *const *SA, const float *const *tq,
		    size_t targets, size_t n, size_t width)
{
	const size_t rows = (n + RALM_SCORING_ROWS - 1) & -RALM_SCORING_ROWS;
	if (targets == 1) {
		for (size_t j = 0; j < n; j += WIDE)
			store(p + j, load(p + j) + load(w + j));
		cosines_of(cosine, p, SA, tq, n, width, 1, 6);
		return;
	}
	for (size_t t = 0; t < TARGETS; t += TILE, p += TILE * rows) {
		for (size_t j = 0; j < n; j += STRIDE)
			store(p + j * TILE,
			      load(p + j * TILE) + spread(w + j));
		cosines_of(cosine + t, p, SA, tq + t, n, width, TILE,
			   RALM_SCORING_WIDE == 16 ? 3 : 2);
	}
}
