/* Scoring on devices (GPUs) by OpenCL: of what scoring/ does, that which grows with
 * the length of a list. A device gets rows as networks/network_scoring.h keeps them,
 * S and W behind it A of a seed, t and W behind it q of a target; it knows neither
 * the network nor the model.
 *
 *	weights    of a long list                 n · n · W
 *	cosines    of lists with many targets     n · W for each of them
 *
 * Sums have an order that depends on the shapes alone: the same bits in every run on
 * equal devices, however many there are.
 *
 * A build without OpenCL has no_devices.c in the place of it all. */
#ifndef RALM_DEVICE_DEVICE_SCORES_H
#define RALM_DEVICE_DEVICE_SCORES_H

#include <stdbool.h>
#include <stddef.h>

#include "ground/error.h"

struct ralm_device_scores;

/* The devices that the setting `device` names, as ralm_devices_open. */
struct ralm_device_scores *ralm_device_scores_open(const char *which,
						   struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_device_scores_close(struct ralm_device_scores *scores); /* NULL: nothing */

/* The i-th of the opened ones; NULL: there are fewer. */
const struct ralm_device *
ralm_device_scores_at(const struct ralm_device_scores *scores, size_t i);

/* w (n) of global attention, as `weights` of kernels/list_kernels.h, on the devices
 * in turn. In any thread. After a failure they are of no use any more. */
int ralm_device_weights(float *w, struct ralm_device_scores *scores,
			const float *const *seed, const float *m, size_t n,
			size_t width,
			struct ralm_error *err) RALM_MUST_CHECK;

/* A list, n >= 1, for
 *
 *	p_j = m_j exp(tanh(S_j · q)) / Σ …   v = Σ_j (p_j + w_j) S_j
 *	cosine = (1 - alpha) cos(v, t) + alpha g·t */
struct ralm_device_list {
	const float *const *seed; /* (n) the S of each (W) */
	size_t n;
	const float *m; /* (n) seeds that each stands for; NULL: 1 each */
	const float *w; /* (n); NULL: zeros */
	const float *g; /* (W); NULL: zeros */
};

/* Lists that every device has, and room for a block of targets there. */
struct ralm_device_lists;

/* Sends the lists (count). targets: how many are compared at a time, at most. */
struct ralm_device_lists *
ralm_device_lists_new(struct ralm_device_scores *scores,
		      const struct ralm_device_list *list, size_t count,
		      size_t width, double alpha, size_t targets,
		      struct ralm_error *err) RALM_MUST_CHECK;
/* Waits for what is under way. */
void ralm_device_lists_free(struct ralm_device_lists *lists); /* NULL: nothing */

/* Begins to compare targets (count,2W) with all lists on device i: cosine
 * (lists,count). Both stand still until the end, which waits, and is told of
 * failures. By one thread. */
void ralm_device_lists_begin(float *cosine, struct ralm_device_lists *lists,
			     size_t i, const float *target, size_t count);
int ralm_device_lists_end(struct ralm_device_lists *lists, size_t i,
			  struct ralm_error *err) RALM_MUST_CHECK;

#endif
