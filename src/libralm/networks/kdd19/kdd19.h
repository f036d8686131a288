/* The paper's own network: one shared transform, local attention as PaddleRec's,
 * a global attention that is linear in n, and a weighted sum of two cosines;
 * kdd19_plain.h has its formula.
 *
 * Source: Liu et al. 2019, sections 3.2 and 3.3. What the paper leaves open: PReLU
 * has one learned slope for all of its H outputs, which starts at 0.25 and does not
 * decay (He et al. 2015); the transform has no bias; beta is 1 - alpha. */
#ifndef RALM_NETWORKS_KDD19_KDD19_H
#define RALM_NETWORKS_KDD19_KDD19_H

#include "networks/network.h"

/* Its parameters, in the order of its specs. */
enum ralm_kdd19_parameter {
	RALM_KDD19_TRANSFORM, /* M (D,H) */
	RALM_KDD19_SLOPE,     /* of PReLU (1) */
	RALM_KDD19_LOCAL,     /* Wl (H,H) */
	RALM_KDD19_GLOBAL,    /* Wg (H,H) */
	RALM_KDD19_WEIGHTS,   /* w (H) */
};

extern const struct ralm_network_kind ralm_kdd19;

/* kdd19_scoring.c: its part of the entry. */
extern const struct ralm_network_scoring ralm_kdd19_scoring;

#endif
