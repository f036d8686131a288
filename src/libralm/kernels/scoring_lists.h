/* A list's weights, for scoring_source.h. As many columns of P as COLUMNS are
 * worked on at a time, so that a long list takes memory in proportion to its
 * length. */
enum { COLUMNS = RALM_SCORING_COLUMNS };

/* Makes P, the columns of one group of i, E = exp(P - max), and returns
 * 1 / Σ_j E_ji, for the TILE i over and over. */
static inline wide softmax_columns(float *P, size_t floats)
{
	wide most = load(P), sum = all(0);
	for (size_t k = WIDE; k < floats; k += WIDE)
		most = larger(most, load(P + k));
	OVER_TILES(most, larger);
	most *= LOG2_E;
	for (size_t k = 0; k < floats; k += WIDE) {
		wide x = exp2_of(load(P + k) * LOG2_E - most);
		store(P + k, x);
		sum += x;
	}
	OVER_TILES(sum, PLUS);
	return 1 / sum;
}

/* Adds to w, as many as there are, the sums of TILE neighbours in x. */
static inline void add_neighbours(float *w, wide x)
{
	x += BY_1(x);
#if RALM_SCORING_WIDE == 16 /* and so TILE == 4 */
	x += BY_2(x);
	x = TURN(x, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
#elif RALM_SCORING_WIDE == 8 /* and TILE == 2 */
	x = TURN(x, 0, 2, 4, 6, 1, 3, 5, 7);
#else
	w[0] += x[0];
	w[1] += x[2];
	return;
#endif
	union {
		wide all;
		four first;
	} u = {x};
	*(four *)w += u.first;
}

static void list_weights(float *w, float *P, float *X, const float *const *SA,
			 size_t n, size_t width,
			 struct ralm_scoring_ahead *ahead)
{
	const size_t floats = (n + 3) / 4 * TILE_FLOATS;
	wide inverse[COLUMNS / TILE];
	for (size_t j = 0; j < n; j += WIDE)
		store(w + j, all(0));
	for (size_t first = 0; first < n; first += COLUMNS) {
		size_t count = n - first < COLUMNS ? n - first : COLUMNS;
		size_t groups = (count + TILE - 1) / TILE;
		products(P, X, SA, n, SA + first, groups, width, ahead);
		for (size_t i = 0; i < groups; i++) {
			float *p = P + i * floats;
			for (size_t k = n * TILE; k < floats; k++)
				p[k] = -1e30f; /* no seed j */
			ralm_scoring_ask(ahead, width);
			inverse[i] = softmax_columns(p, floats);
		}
		for (size_t k = 0; k < WIDE && count % TILE != 0; k++)
			if (k % TILE >= count % TILE)
				inverse[groups - 1][k] = 0; /* no seed i */
		for (size_t k = 0; k < floats; k += WIDE) {
			wide sum = all(0);
			for (size_t i = 0; i < groups; i++)
				sum += load(P + i * floats + k) *
				       inverse[i];
			add_neighbours(w + k / TILE, sum);
		}
	}
}
