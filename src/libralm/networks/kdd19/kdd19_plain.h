/* The plain formula of the paper's network: one sample, in double. Tests compare the
 * fast code (kdd19.c and on) with it.
 *
 *	S = PReLU(E[seeds]·M)   t = PReLU(E[target]·M)
 *	local    a_i = tanh(S_i·Wl·tᵀ)   p = softmax(a)   l = Σ p_i S_i
 *	global   b_i = tanh(S_i·Wg)·wᵀ   r = softmax(b)   g = Σ r_i S_i
 *	cosine   (1 - alpha) cos(l, t) + alpha cos(g, t)
 */
#ifndef RALM_NETWORKS_KDD19_KDD19_PLAIN_H
#define RALM_NETWORKS_KDD19_KDD19_PLAIN_H

#include <stdint.h>

#include "networks/plain.h"

struct kdd19_plain {
	size_t D, H;
	const double *X;       /* (users,D) */
	const double *M;       /* (D,H) */
	const double *Wl, *Wg; /* (H,H) */
	const double *w;       /* (H) */
	double slope, alpha;
};

static inline void kdd19_plain_row(double *s, const struct kdd19_plain *k,
				   uint32_t user)
{
	plain_times(s, k->X + user * k->D, k->M, k->D, k->H);
	for (size_t h = 0; h < k->H; h++)
		s[h] = s[h] > 0 ? s[h] : k->slope * s[h];
}

static inline double kdd19_plain(const struct kdd19_plain *k,
				 const uint32_t *seeds, size_t n,
				 uint32_t target)
{
	const size_t H = k->H;
	plain_row S[PLAIN_SEEDS] = {{0}}, t = {0}, l = {0}, g = {0};
	double a[PLAIN_SEEDS], b[PLAIN_SEEDS];
	kdd19_plain_row(t, k, target);
	for (size_t i = 0; i < n; i++) {
		plain_row q = {0}, A = {0};
		kdd19_plain_row(S[i], k, seeds[i]);
		plain_times(q, S[i], k->Wl, H, H);
		a[i] = tanh(plain_dot(q, t, H));
		plain_times(A, S[i], k->Wg, H, H);
		plain_tanh(A, A, H);
		b[i] = plain_dot(A, k->w, H);
	}
	plain_softmax(a, a, n);
	plain_softmax(b, b, n);
	for (size_t i = 0; i < n; i++) {
		plain_add(l, a[i], S[i], H);
		plain_add(g, b[i], S[i], H);
	}
	return (1 - k->alpha) * plain_cosine(l, t, H) +
	       k->alpha * plain_cosine(g, t, H);
}

#endif
