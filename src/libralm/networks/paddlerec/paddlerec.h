/* PaddleRec's network: a transform for the seeds and one for the target, local
 * and global attention over the transformed seeds; paddlerec_plain.h has its
 * formula.
 *
 * Source: Liu et al. 2019, sections 3.2 and 3.3; PaddleRec look-alike_recall
 * model.py, net() (lines 64-125), with the differences that ralm(7) lists. */
#ifndef RALM_NETWORKS_PADDLEREC_PADDLEREC_H
#define RALM_NETWORKS_PADDLEREC_PADDLEREC_H

#include "networks/network.h"

/* Its parameters, in the order of its specs. */
enum ralm_paddlerec_parameter {
	RALM_SEEDS_TRANSFORM,  /* Ms (D,H) */
	RALM_TARGET_TRANSFORM, /* Mt (D,H) */
	RALM_LOCAL_ATTENTION,  /* Wl (H,H) */
	RALM_GLOBAL_ATTENTION, /* Wg (H,H) */
	RALM_PADDLEREC_PARAMETERS
};

extern const struct ralm_network_kind ralm_paddlerec;

/* The gradient of this network, and of networks/attention, which lacks the
 * transforms, its first two parameters. */
ralm_network_gradient_function ralm_paddlerec_gradient;

/* paddlerec_scoring.c: scoring with transforms, and without (networks/attention). */
extern const struct ralm_network_scoring ralm_paddlerec_scoring;
extern const struct ralm_network_scoring ralm_attention_scoring;

#endif
