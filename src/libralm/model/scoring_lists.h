/* A list's weights, for scoring_source.h.
 *
 * P is worked on in tiles of four seeds j and TILE seeds i, 4 * TILE floats
 * with i running first. Tiles of the same i stand together, in the order of j;
 * as many i as COLUMNS are worked on at a time, so that a long list takes
 * memory in proportion to its length. */
enum {
	COLUMNS = RALM_SCORING_COLUMNS,
	TILE_FLOATS = 4 * TILE, /* a multiple of WIDE */
};

/* The part to ask for next, or one that is there. */
static inline const float *next_part(struct ralm_scoring_ahead *ahead,
				     const float *here)
{
	return ahead->next < ahead->end ? *ahead->next++ : here;
}

/* out_ji = S_j · B_i for four j and TILE i. B's rows begin behind those of S, at
 * `width`: A of a seed, q of a target. */
static inline void tile(float *out, const float *const *S,
			const float *const *B, size_t width,
			struct ralm_scoring_ahead *ahead)
{
	wide sum[4][TILE] = {};
	const float *s[4], *b[TILE];
	const float *next = next_part(ahead, S[0]);
	UNROLL(4)
	for (int j = 0; j < 4; j++)
		s[j] = S[j];
	UNROLL(4)
	for (int i = 0; i < TILE; i++)
		b[i] = B[i] + width;
	for (size_t h = 0; h < width; h += WIDE) {
		wide x[TILE];
		__builtin_prefetch(next + h, 0, 2);
		UNROLL(4)
		for (int i = 0; i < TILE; i++)
			x[i] = load(b[i] + h);
		UNROLL(4)
		for (int j = 0; j < 4; j++) {
			wide y = load(s[j] + h);
			UNROLL(4)
			for (int i = 0; i < TILE; i++)
				sum[j][i] += y * x[i];
		}
	}
	put_sums(out, sum);
}

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

static void list_weights(float *w, float *P, const float *const *SA, size_t n,
			 size_t width, struct ralm_scoring_ahead *ahead)
{
	const size_t floats = (n + 3) / 4 * TILE_FLOATS;
	wide inverse[COLUMNS / TILE];
	for (size_t j = 0; j < n; j += WIDE)
		store(w + j, all(0));
	for (size_t first = 0; first < n; first += COLUMNS) {
		size_t count = n - first < COLUMNS ? n - first : COLUMNS;
		size_t groups = (count + TILE - 1) / TILE;
		for (size_t j = 0; j < n; j += 4) {
			float *p = P + j * TILE;
			for (size_t i = 0; i < groups; i++, p += floats) {
				tile(p, SA + j, SA + first + i * TILE, width,
				     ahead);
			}
		}
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
