/* devices.h and device_scores.h in a build without OpenCL. */
#include "device/device_scores.h"
#include "device/devices.h"

static int none(struct ralm_error *err)
{
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "device: this build works on the cpu; one that "
			      "is configured --with-opencl works on a gpu, too");
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

struct ralm_rows *ralm_devices_rows(struct ralm_devices *devices,
				    enum ralm_rule rule, uint64_t rng_seed,
				    double deviation, struct ralm_error *err)
{
	(void)devices;
	(void)rule;
	(void)rng_seed;
	(void)deviation;
	none(err);
	return NULL;
}

int ralm_devices_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			  struct ralm_parameters *gradient,
			  struct ralm_devices *devices,
			  const struct ralm_parameters *parameters,
			  const ralm_real *X, const struct ralm_blocks *blocks,
			  const struct ralm_beside beside[2],
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

/* ---- scoring --------------------------------------------------------------- */

struct ralm_device_scores *ralm_device_scores_open(const char *which,
						   struct ralm_error *err)
{
	(void)which;
	none(err);
	return NULL;
}

void ralm_device_scores_close(struct ralm_device_scores *scores)
{
	(void)scores;
}

const struct ralm_device *
ralm_device_scores_at(const struct ralm_device_scores *scores, size_t i)
{
	(void)scores;
	(void)i;
	return NULL;
}

int ralm_device_weights(float *w, struct ralm_device_scores *scores,
			const float *const *seed, const float *m, size_t n,
			size_t width, struct ralm_error *err)
{
	(void)w;
	(void)scores;
	(void)seed;
	(void)m;
	(void)n;
	(void)width;
	return none(err);
}

struct ralm_device_lists *
ralm_device_lists_new(struct ralm_device_scores *scores,
		      const struct ralm_device_list *list, size_t count,
		      size_t width, double alpha, size_t targets,
		      struct ralm_error *err)
{
	(void)scores;
	(void)list;
	(void)count;
	(void)width;
	(void)alpha;
	(void)targets;
	none(err);
	return NULL;
}

void ralm_device_lists_free(struct ralm_device_lists *lists)
{
	(void)lists;
}

void ralm_device_lists_begin(float *cosine, struct ralm_device_lists *lists,
			     size_t i, const float *target, size_t count)
{
	(void)cosine;
	(void)lists;
	(void)i;
	(void)target;
	(void)count;
}

int ralm_device_lists_end(struct ralm_device_lists *lists, size_t i,
			  struct ralm_error *err)
{
	(void)lists;
	(void)i;
	return none(err);
}
