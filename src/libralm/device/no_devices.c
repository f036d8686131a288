/* A build without OpenCL. */
#include "device/devices.h"

static int none(struct ralm_error *err)
{
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "device: this build trains on the cpu; one that "
			      "is configured --with-opencl trains on a gpu");
}

int ralm_device(struct ralm_device *device, size_t number,
		struct ralm_error *err)
{
	(void)device;
	(void)number;
	return none(err);
}

int ralm_devices_check(const char *which, const struct ralm_network_kind *kind,
		       struct ralm_error *err)
{
	(void)kind;
	return ralm_is_device(which) ? none(err) : 0;
}

struct ralm_devices *ralm_devices_open(const char *which,
				       const struct ralm_network *network,
				       struct ralm_error *err)
{
	(void)which;
	(void)network;
	none(err);
	return NULL;
}

void ralm_devices_close(struct ralm_devices *devices)
{
	(void)devices;
}

const struct ralm_device *ralm_devices_at(const struct ralm_devices *devices,
					  size_t i)
{
	(void)devices;
	(void)i;
	return NULL;
}

int ralm_devices_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			  struct ralm_parameters *gradient,
			  struct ralm_devices *devices,
			  const struct ralm_parameters *parameters,
			  const ralm_real *X, const struct ralm_blocks *blocks,
			  const struct ralm_beside *beside,
			  struct ralm_error *err)
{
	(void)cosine;
	(void)loss;
	(void)dX;
	(void)gradient;
	(void)devices;
	(void)parameters;
	(void)X;
	(void)blocks;
	(void)beside;
	return none(err);
}
