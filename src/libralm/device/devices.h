/* Training on devices (GPUs) by OpenCL: what networks/blocks.h does with threads,
 * done by devices. Block k of a batch is device k mod N's; what blocks give is added
 * in their order. So with equal devices the bits do not depend on how many there
 * are, only on block_size.
 *
 * On a device is the network, forward and backward. Here are losses
 * (networks/sample_losses.h), of which a device sends cosines and gets the
 * derivatives; the optimizer, and the sums over blocks. The table of users is here,
 * or on the device (rows_device.h). What comes back is looked at for numbers that are
 * none as on a processor.
 *
 * A build without OpenCL has no_devices.c in the place of it all. */
#ifndef RALM_DEVICE_DEVICES_H
#define RALM_DEVICE_DEVICES_H

#include "kernels/update_rule.h"
#include "networks/blocks.h"
#include "rows/rows.h"

struct ralm_devices;

/* The setting `device`: a text that ralm_value_parse took. */
static inline bool ralm_is_device(const char *which)
{
	return which[0] == 'g';
}

/* Opens the devices that the setting names ("gpu": the first one) for a network.
 * RALM_ERROR_CONFIG: this build has none, or the network does not train on
 * one; RALM_ERROR_SYSTEM: they are not there, or do not work. */
struct ralm_devices *ralm_devices_open(const char *which,
				       const struct ralm_network *network,
				       struct ralm_error *err) RALM_MUST_CHECK;
void ralm_devices_close(struct ralm_devices *devices); /* NULL: nothing */

/* As far as that can be said without a device. */
int ralm_devices_check(const char *which, const struct ralm_network_kind *kind,
		       struct ralm_error *err) RALM_MUST_CHECK;

/* The i-th of the opened ones; NULL: there are fewer. */
const struct ralm_device *ralm_devices_at(const struct ralm_devices *devices,
					  size_t i);

/* Rows on the one device that was opened: from now on it takes the batch's vectors
 * there and leaves their gradients there. They are the devices', and go with them.
 * rule: that moves them, with rng_seed and deviation of new users' vectors. */
struct ralm_rows *ralm_devices_rows(struct ralm_devices *devices,
				    enum ralm_rule rule, uint64_t rng_seed,
				    double deviation, struct ralm_error *err)
	RALM_MUST_CHECK;

/* As ralm_blocks_gradient; X and dX are NULL where the rows are on the device.
 * beside: what this thread does while devices work, on the first cosines and on the
 * first gradients; or NULL. After a failure the devices are of no use any more. */
int ralm_devices_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			  struct ralm_parameters *gradient,
			  struct ralm_devices *devices,
			  const struct ralm_parameters *parameters,
			  const ralm_real *X, const struct ralm_blocks *blocks,
			  const struct ralm_beside beside[2],
			  struct ralm_error *err) RALM_MUST_CHECK;

#endif
