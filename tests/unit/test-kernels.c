/* The kernels of every instruction set beside the plain formula in double: exp,
 * lists and samples, forward and backward. */
#include "kernel_sets.h"
#include "list_numbers.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- exp ----------------------------------------------------------------- */

/* softmax of 0 and other numbers: each by that of 0 is its exp. */
static void test_exp(const struct ralm_kernels *kernels)
{
	enum { N = 64 };
	static float rows[N + 1], w[N], P[4 * N], X[20 * 16];
	const float *S[N + 4], *A[4], one = 1;
	double worst = 0;
	for (size_t turn = 0; turn < 500; turn++) {
		for (size_t i = 0; i < N + 4; i++)
			S[i] = &rows[i < N ? i : N];
		for (size_t i = 1; i < N; i++)
			rows[i] = (float)(-43 + 43 * random_number());
		for (size_t i = 0; i < 4; i++)
			A[i] = &one;
		memset(w, 0, sizeof w);
		kernels->lists->softmax(w, P, X, A, 1, S, N, 1);
		for (size_t i = 1; i < N; i++)
			worst = worse(worst, units(w[i] / w[0],
						  exp((double)rows[i])));
	}
	check(worst < 3, "%s: exp is within 3 ulp, and what division adds (%.2f)",
	      kernels->name, worst);
}

/* ---- lists and samples ----------------------------------------------------- */

/* Rows of the kernels, and pointers to them; behind the last `spare` more. */
struct rows {
	float at[ROWS + 4][2 * WIDTH];
	float *to[ROWS + 4];
	const float *from[ROWS + 4];
};

static void rows_set(struct rows *rows, const double (*x)[WIDTH], size_t n,
		     size_t width)
{
	for (size_t i = 0; i < ROWS + 4; i++) {
		rows->from[i] = rows->to[i] = rows->at[i < n ? i : n];
		for (size_t h = 0; h < 2 * WIDTH; h++)
			rows->at[i][h] = x != NULL && i < n && h < width
						 ? (float)x[i][h]
						 : 0;
	}
}

/* The farthest that rows are from what they should be. */
static double rows_off(const struct rows *rows, const double (*x)[WIDTH],
		       size_t n, size_t width)
{
	double worst = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t h = 0; h < width; h++)
			worst = worse(worst, fabs((double)rows->at[i][h] -
						 x[i][h]));
	return worst;
}

/* The same by kernels: how far they are off. */
static double train(const struct ralm_kernels *kernels, const struct numbers *x,
		    size_t m, size_t n, size_t width)
{
	static struct rows S, A, q, t, v, dS, dA, dq;
	static float P[(ROWS + 4) * ROWS], X[20 * WIDTH], w[ROWS], dw[ROWS];
	static float p[M * ROWS], a[M * ROWS], c[4 * ROWS], cosine[M];
	static float dt[M][WIDTH];
	double worst = 0;
	rows_set(&S, x->S, n, width);
	rows_set(&A, x->A, n, width);
	rows_set(&q, x->q, m, width);
	rows_set(&t, x->t, m, width);
	rows_set(&v, NULL, m, width);
	rows_set(&dS, NULL, n, width);
	rows_set(&dA, NULL, n, width);
	rows_set(&dq, NULL, m, width);
	memset(w, 0, sizeof w);
	memset(dw, 0, sizeof dw);
	kernels->lists->softmax(w, P, X, A.from, n, S.from, n, width);
	kernels->samples->forward(cosine, v.to, p, a, c, w, S.from, q.from,
				  t.from, m, n, width);
	worst = worse(worst, rows_off(&v, x->v, m, width));
	for (size_t s = 0; s < m; s++) {
		worst = worse(worst, fabs((double)cosine[s] - x->cosine[s]));
		kernels->samples->cosine_backward(v.to[s], dt[s],
						  (float)x->dcosine[s],
						  t.from[s], width);
		for (size_t h = 0; h < width; h++)
			worst = worse(worst,
				     fabs((double)dt[s][h] - x->dt[s][h]));
	}
	kernels->samples->backward(dq.to, dw, p, a, c, w, S.from, v.from, m, n,
				   width);
	kernels->lists->transposed_sums(dS.to, p, n, v.from, m, width, true);
	kernels->lists->transposed_sums(dS.to, a, n, q.from, m, width, false);
	kernels->lists->softmax_backward(P, dw, n, n);
	kernels->lists->sums(dA.to, P, n, S.from, n, width);
	kernels->lists->transposed_sums(dS.to, P, n, A.from, n, width, false);
	for (size_t j = 0; j < n; j++)
		worst = worse(worst, fabs((double)w[j] - x->w[j]));
	worst = worse(worst, rows_off(&dq, x->dq, m, width));
	worst = worse(worst, rows_off(&dA, x->dA, n, width));
	return worse(worst, rows_off(&dS, x->dS, n, width));
}

/* Of a seed's copies, which stand at [range[0], range[1]). */
static double sum(const double *x, const size_t *range)
{
	double total = 0;
	for (size_t i = range[0]; i < range[1]; i++)
		total += x[i];
	return total;
}

/* Does each of the many targets have the same cosine alone? */
static bool score_many(const struct ralm_kernels *kernels,
		       const float *const *S, const float *m, const float *w,
		       const float *const *target, size_t targets, size_t n,
		       size_t width)
{
	static float p[RALM_TARGETS_MOST * ROWS];
	struct ralm_soon soon = {NULL, NULL};
	float many[RALM_TARGETS_MOST], one[RALM_TARGETS_MOST];
	for (size_t s = 0; s < targets; s++) {
		kernels->samples->attention(p, S, m, target + s, 1, n, width,
					    &soon);
		kernels->samples->cosines(&one[s], p, w, S, target + s, 1, n,
					  width);
	}
	kernels->samples->attention(p, S, m, target, targets, n, width, &soon);
	kernels->samples->cosines(many, p, w, S, target, targets, n, width);
	return memcmp(one, many, targets * sizeof *one) == 0;
}

/* What scoring makes of the same, alone and together. m (n', 0 behind n): x has
 * every seed so often, one after the other; NULL: once. */
static double score(bool *same_bits, const struct ralm_kernels *kernels,
		    const struct numbers *x, const float *m, size_t n,
		    size_t width)
{
	enum { T = RALM_TARGETS_TOGETHER, MANY = RALM_TARGETS_MOST };
	static struct rows seed, target;
	static float P[(RALM_LIST_ROWS + 4) * ROWS], X[20 * WIDTH], w[ROWS];
	static float p[T * ROWS];
	float one[T], all[T];
	size_t first[ROWS + 1] = {0};
	const size_t room = ralm_kernel_width(width);
	struct ralm_soon soon = {NULL, NULL};
	double worst = 0;
	for (size_t j = 0; j < n; j++)
		first[j + 1] = first[j] + (m != NULL ? (size_t)m[j] : 1);
	rows_set(&seed, NULL, n, width);
	rows_set(&target, NULL, MANY, width);
	for (size_t i = 0; i < n; i++)
		for (size_t h = 0; h < width; h++) {
			seed.at[i][h] = (float)x->S[first[i]][h];
			seed.at[i][room + h] = (float)x->A[first[i]][h];
		}
	for (size_t s = 0; s < MANY; s++) { /* behind M the same ones, turned */
		const double *t = x->t[s % M], *q = x->q[s % M];
		const double norm = sqrt(dot(t, t, width));
		for (size_t h = 0; h < width; h++) {
			const size_t from = (h + s / M) % width;
			target.at[s][h] = (float)(t[from] / norm);
			target.at[s][room + h] = (float)q[from];
		}
	}
	kernels->lists->weights(w, P, X, seed.from, m, n, room, &soon);
	for (size_t s = 0; s < T; s++) {
		kernels->samples->attention(p, seed.from, m, target.from + s, 1,
					    n, room, &soon);
		for (size_t j = 0; j < n; j++)
			worst = worse(worst, fabs((double)p[j] -
						 sum(x->p[s], first + j)));
		kernels->samples->cosines(&one[s], p, w, seed.from, target.from + s,
					  1, n, room);
		worst = worse(worst, fabs((double)one[s] - x->cosine[s]));
	}
	for (size_t j = 0; j < n; j++)
		worst = worse(worst, fabs((double)w[j] - sum(x->w, first + j)) /
					     (m != NULL ? (double)m[j] : 1));
	kernels->samples->attention(p, seed.from, m, target.from, T, n, room,
				    &soon);
	kernels->samples->cosines(all, p, w, seed.from, target.from, T, n, room);
	*same_bits &= memcmp(one, all, sizeof one) == 0 &&
		      score_many(kernels, seed.from, m, w, target.from, MANY, n,
				 room) &&
		      score_many(kernels, seed.from, m, w, target.from, 3 * T, n,
				 room);
	return worst;
}

static void test_lists(const struct ralm_kernels *kernels, size_t width)
{
	static const size_t lengths[] = {1, 2, 3, 4, 5, 7, 16, 20, 21, 33, 77};
	static struct numbers x;
	double off = 0, scores_off = 0;
	bool same_bits = true;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
		for (size_t m = 4; m <= M; m += m < 9 ? 1 : 7) {
			double *numbers = &x.S[0][0];
			for (size_t k = 0; k < sizeof x / sizeof *numbers; k++)
				numbers[k] = random_number() / 3;
			plain_forward(&x, m, lengths[i], width);
			plain_backward(&x, m, lengths[i], width);
			off = worse(off,
				    train(kernels, &x, m, lengths[i], width));
			/* Samples that are left over are worked on alone. */
			plain_backward(&x, m - 3, lengths[i], width);
			off = worse(off, train(kernels, &x, m - 3, lengths[i],
					      width));
			scores_off = worse(scores_off,
					  score(&same_bits, kernels, &x, NULL,
						lengths[i], width));
		}
	check(off < 2e-5, "%s, H = %zu: training as the formula (%.1g)",
	      kernels->name, width, off);
	check(scores_off < 5e-6, "%s, H = %zu: scoring as the formula (%.1g)",
	      kernels->name, width, scores_off);
	check(same_bits, "%s, H = %zu: a target alone has the bits of several",
	      kernels->name, width);
}

/* Seeds that stand for several, beside the formula of a list that has each of them
 * so often. */
static void test_repeated(const struct ralm_kernels *kernels, size_t width)
{
	static const size_t lengths[] = {1, 2, 3, 5, 7, 16, 19, 33};
	static struct numbers x;
	double off = 0;
	bool same_bits = true;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		float m[ROWS] = {0};
		double *numbers = &x.S[0][0];
		size_t all = 0;
		for (size_t k = 0; k < sizeof x / sizeof *numbers; k++)
			numbers[k] = random_number() / 3;
		for (size_t j = 0; j < lengths[i]; j++) {
			m[j] = (float)(1 + j * j % 4);
			for (size_t k = all++; all < k + (size_t)m[j]; all++) {
				memcpy(x.S[all], x.S[k], sizeof x.S[k]);
				memcpy(x.A[all], x.A[k], sizeof x.A[k]);
			}
		}
		plain_forward(&x, RALM_TARGETS_TOGETHER, all, width);
		off = worse(off, score(&same_bits, kernels, &x, m, lengths[i],
				       width));
	}
	check(off < 5e-6 && same_bits,
	      "%s, H = %zu: a seed that stands for several (%.1g)",
	      kernels->name, width, off);
}

/* Rows of A·Sᵀ farther from each other, and in themselves, than the exponents of
 * a float reach. */
static void test_far(const struct ralm_kernels *kernels)
{
	enum { N = 20 };
	static struct rows S, A;
	static struct numbers x;
	static float P[(N + 4) * 2 * N], X[20 * WIDTH], w[2 * N];
	double worst = 0;
	memset(&x, 0, sizeof x);
	for (size_t i = 0; i < N; i++) {
		x.S[i][0] = 130 * sin((double)i);
		x.S[i][1] = 1;
		x.A[i][0] = 1;
		x.A[i][1] = 50 * (double)i;
		x.q[0][0] = x.t[0][0] = 1;
	}
	memset(w, 0, sizeof w);
	plain_forward(&x, 1, N, 2);
	rows_set(&S, x.S, N, 2);
	rows_set(&A, x.A, N, 2);
	kernels->lists->softmax(w, P, X, A.from, N, S.from, N, 2);
	for (size_t j = 0; j < N; j++)
		worst = worse(worst, fabs((double)w[j] - x.w[j]) / N);
	check(worst < 1e-5, "%s: softmax of numbers far apart (%.1g)",
	      kernels->name, worst);
}

static void test_set(const struct ralm_kernels *kernels)
{
	test_exp(kernels);
	test_far(kernels);
	for (size_t width = 2; width <= WIDTH; width += width < 6 ? 1 : 31)
		test_lists(kernels, width);
	test_lists(kernels, WIDTH);
	test_repeated(kernels, 5);
	test_repeated(kernels, WIDTH);
}

int main(void)
{
	each_set(test_set);
	return check_done();
}
