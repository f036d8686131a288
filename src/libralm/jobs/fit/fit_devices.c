/* Training on devices: opens them, and says which they are. */
#include "jobs/fit/fit_state.h"

#include <string.h>

/* Says which devices train, and warns if they may round differently. */
static void say_devices(const struct ralm_fit *fit)
{
	const struct ralm_device *first = ralm_devices_at(fit->devices, 0), *one;
	if (fit->config->block_size == 0 &&
	    ralm_devices_at(fit->devices, 1) != NULL)
		ralm_fit_say(fit, true,
			     "without --block-size a batch is one block: the "
			     "first device alone works");
	for (size_t i = 0; (one = ralm_devices_at(fit->devices, i)) != NULL;
	     i++) {
		ralm_fit_say(fit, false, "training on '%s' (%s)", one->name,
			     one->platform);
		if (strcmp(one->name, first->name) != 0)
			ralm_fit_say(fit, true,
				     "'%s' is not '%s': which of them does what "
				     "may be seen in the last digits",
				     one->name, first->name);
	}
}

int ralm_fit_devices_start(struct ralm_fit *fit, const char *which,
			   struct ralm_error *err)
{
	if (!fit->learns || !ralm_is_device(which))
		return 0;
	if (fit->ranks != NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "device: ranks train on the cpu");
	fit->devices = ralm_devices_open(which, &fit->network, err);
	if (fit->devices == NULL)
		return -1;
	say_devices(fit);
	return 0;
}
