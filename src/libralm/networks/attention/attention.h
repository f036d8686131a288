/* PaddleRec's two attention units on the users' own vectors, without transforms:
 * H = D.
 *
 *	S = E[seeds]   t = E[target]
 *	local    a_i = tanh(S_i·Wl·tᵀ)   p = softmax_i(a)       l = Σ p_i S_i
 *	global   A = tanh(S·Wg)   P = softmax_rows(A·Sᵀ)        g = Σ_i (P·S)_i
 *	cosine   cos(l + g, t)
 *
 * All it does is done by networks/paddlerec, whose plain formula
 * (paddlerec_plain.h), given no transforms, is this one's. */
#ifndef RALM_NETWORKS_ATTENTION_ATTENTION_H
#define RALM_NETWORKS_ATTENTION_ATTENTION_H

#include "networks/network.h"

extern const struct ralm_network_kind ralm_attention;

#endif
