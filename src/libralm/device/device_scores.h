/* Scoring on devices (GPUs) by OpenCL: the part of scoring/ whose work grows with the
 * length n of a list. A device knows neither the network nor the model. It gets rows as
 * networks/network_scoring.h keeps them: S of a seed and, W numbers behind its
 * beginning, A; t of a target and, W behind, q.
 *
 *	weights    of a long list                 n · n · W
 *	cosines    of lists with many targets     n · W for each of them
 *
 * Sums have an order that depends on the shapes alone: the same bits in every run on
 * equal devices, however many there are.
 *
 * A build without OpenCL has no_devices.c in place of the other files of this room. */
#ifndef RALM_DEVICE_DEVICE_SCORES_H
#define RALM_DEVICE_DEVICE_SCORES_H

#include <stddef.h>

#include "ground/error.h"

struct ralm_device_scores;

/* Opens the devices that the setting `device` names ("gpu": the first one). NULL: as
 * ralm_devices_open, but for the network. */
struct ralm_device_scores *ralm_device_scores_open(const char *which,
						   struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_device_scores_close(struct ralm_device_scores *scores); /* NULL: nothing */

/* Describes the i-th of the opened devices; NULL: there are fewer. */
const struct ralm_device *
ralm_device_scores_at(const struct ralm_device_scores *scores, size_t i);

/* w (n) = the weights of global attention, as `weights` of kernels/list_kernels.h: seed
 * (n) has S and A of each, (2 width); m (n) or NULL. Any thread may call it; devices
 * take lists in turn. After a failure the devices can only be closed. */
int ralm_device_weights(float *w, struct ralm_device_scores *scores,
			const float *const *seed, const float *m, size_t n,
			size_t width,
			struct ralm_error *err) RALM_MUST_CHECK;

/* A list of n >= 1 seeds, of which a device computes
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

/* Lists in the memory of each device, with room there for a block of targets. */
struct ralm_device_lists;

/* Copies the lists (count) to every device, and waits. targets: how many are compared at
 * a time, at most; width: W. */
struct ralm_device_lists *
ralm_device_lists_new(struct ralm_device_scores *scores,
		      const struct ralm_device_list *list, size_t count,
		      size_t width, double alpha, size_t targets,
		      struct ralm_error *err) RALM_MUST_CHECK;
/* Waits first for what has begun. */
void ralm_device_lists_free(struct ralm_device_lists *lists); /* NULL: nothing */

/* Begins to compare targets (count,2W) with all lists on device i, and to set cosine
 * (lists,count). Both arrays must stay valid until the end, which waits, and returns
 * what failed. From one thread. */
void ralm_device_lists_begin(float *cosine, struct ralm_device_lists *lists,
			     size_t i, const float *target, size_t count);
int ralm_device_lists_end(struct ralm_device_lists *lists, size_t i,
			  struct ralm_error *err) RALM_MUST_CHECK;

#endif
