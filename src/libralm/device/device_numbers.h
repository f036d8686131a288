/* Which devices a text of the setting `device` names. */
#ifndef RALM_DEVICE_DEVICE_NUMBERS_H
#define RALM_DEVICE_DEVICE_NUMBERS_H

#include <stddef.h>

#include "ground/error.h"

enum { RALM_DEVICES_MOST = 32 }; /* of a text of RALM_VALUE_NAME_MAX */

/* The numbers behind "gpu:", one at least; of "gpu" 0 alone. */
int ralm_device_numbers(size_t number[RALM_DEVICES_MOST], size_t *count,
			const char *which,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
