/* How many processors there are to work with, and which. */
#ifndef RALM_GROUND_PROCESSORS_H
#define RALM_GROUND_PROCESSORS_H

#include <stddef.h>

/* The processors that this process may run on, at least 1. */
unsigned ralm_processors(void);

/* What the system calls the first of them ("AMD EPYC 7B13"), cut to size bytes with
 * its NUL; "" where it does not say. */
void ralm_processor_name(char *text, size_t size);

#endif
