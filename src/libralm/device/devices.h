/* Training on devices (GPUs) by OpenCL: what networks/blocks.h does with threads,
 * done by devices. Of N devices, device k mod N works on block k of a batch; what
 * blocks give is added in their order. So with equal devices the bits do not depend on
 * how many there are, only on block_size.
 *
 * A device computes the network, forward and backward. The host computes the losses
 * (networks/sample_losses.h) from the cosines, and sends their derivatives; it adds up
 * blocks, runs the optimizer on the dense parameters, and looks for numbers that are
 * not finite, as without devices. The table of users is on the host, or on the device
 * (rows_device.h).
 *
 * A build without OpenCL has no_devices.c in place of the other files of this room. */
#ifndef RALM_DEVICE_DEVICES_H
#define RALM_DEVICE_DEVICES_H

#include "kernels/update_rule.h"
#include "networks/blocks.h"
#include "rows/rows.h"

struct ralm_devices;

/* Whether the setting `device`, a text that ralm_value_parse accepted, names GPUs. */
static inline bool ralm_is_device(const char *which)
{
	return which[0] == 'g';
}

/* Opens the devices that the setting names ("gpu": the first one) for a network, which is
 * copied. RALM_ERROR_CONFIG: this build has no devices, the network does not train on
 * them, or one is named twice; RALM_ERROR_SYSTEM: one is not there, or does not work. */
struct ralm_devices *ralm_devices_open(const char *which,
				       const struct ralm_network *network,
				       struct ralm_error *err) RALM_MUST_CHECK;
void ralm_devices_close(struct ralm_devices *devices); /* NULL: nothing */

/* Of these errors, what can be told without opening a device: whether this build has
 * devices, and the network trains on them. */
int ralm_devices_check(const char *which, const struct ralm_network_kind *kind,
		       struct ralm_error *err) RALM_MUST_CHECK;

/* Describes the i-th of the opened devices; NULL: there are fewer. */
const struct ralm_device *ralm_devices_at(const struct ralm_devices *devices,
					  size_t i);

/* Rows in the memory of the device, of which only one is open: from now on it takes a
 * batch's vectors from them and keeps their gradients. They are released by
 * ralm_devices_close. rule: the optimizer's; rng_seed, deviation: of new users'
 * vectors. */
struct ralm_rows *ralm_devices_rows(struct ralm_devices *devices,
				    enum ralm_rule rule, uint64_t rng_seed,
				    double deviation, struct ralm_error *err)
	RALM_MUST_CHECK;

/* As ralm_blocks_gradient; X and dX are NULL where the rows are on the device. beside, or
 * NULL: what the calling thread does while the devices work, [0] on the first cosines
 * and [1] on the first gradients. After a failure the devices can only be closed. */
int ralm_devices_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			  struct ralm_parameters *gradient,
			  struct ralm_devices *devices,
			  const struct ralm_parameters *parameters,
			  const ralm_real *X, const struct ralm_blocks *blocks,
			  const struct ralm_beside beside[2],
			  struct ralm_error *err) RALM_MUST_CHECK;

#endif
