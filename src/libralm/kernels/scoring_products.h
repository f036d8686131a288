/* Products S_j · B_i of rows, for scoring_source.h. B's rows begin behind those
 * of S, at `width`: A of a seed, q of a target.
 *
 * They stand in tiles of four j and TILE i, TILE_FLOATS with i running first;
 * tiles of the same i stand together, in the order of j. */
enum { TILE_FLOATS = 4 * TILE /* a multiple of WIDE */ };

/* The part to ask for next, or one that is there. */
static inline const float *next_part(struct ralm_scoring_ahead *ahead,
				     const float *here)
{
	return ahead->next < ahead->end ? *ahead->next++ : here;
}

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

#ifdef RALM_SCORING_QUARTERS

/* A third of the work on a tile is to add up the places of its 16 vectors. Where
 * four seeds lie interleaved, four floats of each in turn, a vector has four
 * places for each of four products, and a tile has four vectors. */
enum { FOURS = RALM_SCORING_TOGETHER / 4 };
_Static_assert(RALM_SCORING_TOGETHER == 20, "products has a case for each");

/* X (fours, width / 4, 4, 4) of S. */
static inline void interleave(float *X, const float *const *S, size_t fours,
			      size_t width, struct ralm_scoring_ahead *ahead)
{
	for (; fours > 0; fours--, S += 4) {
		const float *next = next_part(ahead, S[0]);
		for (size_t h = 0; h < width; h += WIDE, X += 4 * WIDE) {
			__builtin_prefetch(next + h, 0, 2);
			store_quarters(X, load(S[0] + h), load(S[1] + h),
				       load(S[2] + h), load(S[3] + h));
		}
	}
}

/* Tiles of the same TILE i, of interleaved S. It takes four times as many steps
 * as a part to ask for has lines of memory. */
ALWAYS void tiles(float *out, const float *X, const float *const *B,
		  size_t width, struct ralm_scoring_ahead *ahead,
		  const int fours)
{
	wide sum[FOURS][TILE] = {};
	const float *b[TILE];
	UNROLL(4)
	for (int i = 0; i < TILE; i++)
		b[i] = B[i] + width;
	for (size_t h = 0; h < width;) {
		const float *next = next_part(ahead, B[0]);
		const size_t end = h + width / 4;
		for (; h < end; h += 4, X += WIDE, next += WIDE) {
			wide x[FOURS];
			__builtin_prefetch(next, 0, 2);
			UNROLL(8)
			for (int j = 0; j < fours; j++)
				x[j] = load(X + (size_t)j * 4 * width);
			UNROLL(4)
			for (int i = 0; i < TILE; i++) {
				wide y = RALM_SCORING_QUARTERS(b[i] + h);
				UNROLL(8)
				for (int j = 0; j < fours; j++)
					sum[j][i] += y * x[j];
			}
		}
	}
	UNROLL(8)
	for (int j = 0; j < fours; j++)
		store(out + j * TILE_FLOATS,
		      fold_1(fold_2(sum[j][0], sum[j][1]),
			     fold_2(sum[j][2], sum[j][3])));
}

#endif

/* The products of all S (n) and TILE * groups B. X is scratch, see scoring.h. */
static inline void products(float *out, float *X, const float *const *S,
			    size_t n, const float *const *B, size_t groups,
			    size_t width, struct ralm_scoring_ahead *ahead)
{
	const size_t column = (n + 3) / 4 * TILE_FLOATS;
#ifdef RALM_SCORING_QUARTERS
	for (size_t j = 0; j < n; j += 4 * FOURS) {
		const size_t left = (n - j + 3) / 4;
		const size_t fours = left < FOURS ? left : FOURS;
		interleave(X, S + j, fours, width, ahead);
		for (size_t i = 0; i < groups; i++) {
			float *to = out + i * column + j * TILE;
			const float *const *b = B + i * TILE;
			switch (fours) {
			case 1:
				tiles(to, X, b, width, ahead, 1);
				break;
			case 2:
				tiles(to, X, b, width, ahead, 2);
				break;
			case 3:
				tiles(to, X, b, width, ahead, 3);
				break;
			case 4:
				tiles(to, X, b, width, ahead, 4);
				break;
			default:
				tiles(to, X, b, width, ahead, FOURS);
			}
		}
	}
#else
	(void)X;
	for (size_t j = 0; j < n; j += 4)
		for (size_t i = 0; i < groups; i++)
			tile(out + i * column + j * TILE, S + j, B + i * TILE,
			     width, ahead);
#endif
}
