/* The forward pass cut the way scoring keeps its results: a seed's row, a
 * target's row, a list's vector, a sample's cosine. The same mathematics as
 * layers.h, for rows that are padded so that no kernel has a remainder, and
 * with sums whose order depends on the shapes alone: a score has the same bits
 * in whatever batch it is computed.
 *
 * Shapes: H' (width) = ralm_scoring_width(H) floats a row, zeros behind H; the
 * parameters are padded likewise. n' = n rounded up to RALM_SCORING_ROWS. All
 * arrays but x are 64-byte aligned. */
#ifndef RALM_MODEL_SCORING_H
#define RALM_MODEL_SCORING_H

#include <stddef.h>

enum {
	RALM_SCORING_USERS = 4,
	RALM_SCORING_TARGETS = 4,
	RALM_SCORING_ROWS = 16,
	RALM_SCORING_COLUMNS = 32,
	RALM_SCORING_TOGETHER = 20, /* seeds interleaved at a time */
};

/* A vector whose squared norm is below counts as zero: its cosine is 0. */
#define RALM_SCORING_ZERO 1e-30f

static inline size_t ralm_scoring_width(size_t H)
{
	return (H + 15) / 16 * 16;
}

/* Parts of rows, H' floats each, that are wanted soon and not yet asked for, in
 * the order in which they will be used. Whoever works meanwhile asks for one
 * now and then: memory answers at its own pace, and a processor that asks for
 * more waits with everything else. */
struct ralm_scoring_ahead {
	const float **next, **end;
};

/* Starts loading the next part, if there is one. */
static inline void ralm_scoring_ask(struct ralm_scoring_ahead *ahead,
				    size_t width)
{
	if (ahead->next == ahead->end)
		return;
	for (size_t h = 0; h < width; h += 16)
		__builtin_prefetch(*ahead->next + h, 0, 2);
	ahead->next++;
}

/* Says that parts of a row will be asked for. Where a page lies takes a look
 * into tables, in memory too; of rows named one after the other a processor
 * looks up several at a time, while asking for whole parts it comes to one page,
 * then to the next. NULL is no row. */
static inline void ralm_scoring_touch(const float *row)
{
	__builtin_prefetch(row, 0, 2);
}

struct ralm_scoring {
	const char *name; /* "plain", "avx2", "avx512" */

	/* S and behind it A (2 H') from a seed's x (D): S = x·Ms and
	 * A = tanh(S·Wg). Ms (D,H'), Wg (H',H'). For `users` of them, a multiple
	 * of RALM_SCORING_USERS: where there are fewer, x may repeat; of the SA
	 * that repeat nothing is to be expected. */
	void (*seed_rows)(float *const *SA, const float *const *x, size_t users,
			  const float *Ms, const float *Wg, size_t D,
			  size_t width);
	/* t / |t| and behind it q (2 H') from a target's x (D): t = x·Mt and
	 * q = t·WlT, WlT = Wlᵀ. Mt (D,H'), WlT (H',H'). Likewise. */
	void (*target_rows)(float *const *tq, const float *const *x,
			    size_t users, const float *Mt, const float *WlT,
			    size_t D, size_t width);
	/* w (n') of a list: w_j = Σ_i P_ij, P = softmax_rows(A·Sᵀ), so that
	 * g = Σ_j w_j S_j. SA (n'): the rows of its seeds, behind the n-th a
	 * row of zeros. P (n', RALM_SCORING_COLUMNS) and X
	 * (RALM_SCORING_TOGETHER, H') are scratch. n >= 1. */
	void (*list_weights)(float *w, float *P, float *X,
			     const float *const *SA, size_t n, size_t width,
			     struct ralm_scoring_ahead *ahead);
	/* p of 1 or RALM_SCORING_TARGETS targets of one list (n', targets), in
	 * whatever order: p_j = softmax_j(tanh(S_j · q)). n >= 1. */
	void (*attention)(float *p, const float *const *SA,
			  const float *const *tq, size_t targets, size_t n,
			  size_t width, struct ralm_scoring_ahead *ahead);
	/* cosine (targets) of the same: cos(l + g, t), l = Σ p_j S_j,
	 * g = Σ w_j S_j, in [-1, 1]; 0 where a vector is zero. p is spoiled. */
	void (*cosines)(float *cosine, float *p, const float *w,
			const float *const *SA, const float *const *tq,
			size_t targets, size_t n, size_t width);
};

/* The best kernels for this processor; the same every time. */
const struct ralm_scoring *ralm_scoring(void);

/* Kernels by name; NULL when unknown or not for this processor. */
const struct ralm_scoring *ralm_scoring_named(const char *name);

#endif
