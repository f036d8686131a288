/* What devices do of scoring (device/device_scores.h), if the scorer has some: the
 * numbers of long lists, and the cosines of lists with all targets of an audience,
 * which are so many that sending the lists is little beside them.
 *
 *	processor   rows of block k + 1    cosines of k - 1 are taken
 *	device      ---- block k ---------------------------------------- */
#ifndef RALM_SCORING_DEVICE_SCORING_H
#define RALM_SCORING_DEVICE_SCORING_H

#include "scoring/list_scores.h"

/* From so many seeds, or centroids, on a list is sent to a device: its n² are then
 * more work than the way there. */
enum { RALM_DEVICE_SEEDS = 1024 };

/* The numbers (n') of a new list by a device, where the network has such numbers and
 * the list is long. seed, m: as for cosines of networks/network_scoring.h. Returns
 * 1; 0: the processor makes them; -1. */
int ralm_device_list_numbers(float *numbers, const struct ralm_scorer *scorer,
			     const float *const *seed, const float *m, size_t n,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* Many targets, a block after the other: their rows in the model, up to `most`; how
 * many, 0: there are no more. */
typedef size_t ralm_next_targets(void *context, uint32_t *rows, size_t most);
/* The cosines (count) of targets with the l-th list, in order: RALM_TARGET_BLOCK of
 * them, or what is left; of several lists in several threads. */
typedef int ralm_take_cosines(void *context, size_t l, const uint32_t *rows,
			      const float *cosine, size_t count,
			      struct ralm_error *err);

/* Compares all targets with all lists (count), which are of one scorer, by its
 * devices, each of which has blocks in turn: nothing else uses these meanwhile. Fails
 * as ralm_target_block_cosines. */
int ralm_device_compare(const struct ralm_scorer *scorer,
			const struct ralm_ready_list *const *list, size_t count,
			ralm_next_targets *next, ralm_take_cosines *take,
			void *context, struct ralm_threads *threads,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
