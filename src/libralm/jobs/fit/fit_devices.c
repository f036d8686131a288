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

int ralm_fit_check_table(const struct ralm_config *config, struct ralm_error *err)
{
	if (config->table_on == RALM_TABLE_ON_CPU)
		return 0;
	if (!ralm_is_device(config->device))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "table_on: gpu is for a device that trains "
				      "(device: gpu)");
	if (strchr(config->device, ',') != NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "table_on: gpu takes one device, not "
				      "several");
	return 0;
}

int ralm_fit_devices_start(struct ralm_fit *fit,
			   const struct ralm_config *wanted,
			   struct ralm_error *err)
{
	const char *which = wanted->device;
	if (!fit->learns)
		return 0;
	if (ralm_fit_check_table(wanted, err) != 0)
		return -1;
	if (!ralm_is_device(which))
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

bool ralm_fit_table_elsewhere(const struct ralm_fit *fit,
			      const struct ralm_config *wanted)
{
	return fit->ranks != NULL ||
	       (fit->learns && wanted->table_on == RALM_TABLE_ON_GPU);
}

int ralm_fit_device_rows_start(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	struct ralm_rows *rows = ralm_devices_rows(
		fit->devices, ralm_optimizer_row_rule(fit->optimizer.kind),
		config->rng_seed, config->init_deviation, err);
	if (rows == NULL)
		return -1;
	fit->rows = rows;
	if (fit->origin.mapping == NULL)
		return 0;
	if (ralm_rows_fetch(rows, fit->model.users.keys,
			    fit->origin.users.count, err) != 0)
		return -1;
	ralm_fit_hand_out(fit);
	return ralm_rows_sound(rows, err);
}
