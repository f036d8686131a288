/* How many processors there are to work with, and which. */
#ifndef RALM_GROUND_PROCESSORS_H
#define RALM_GROUND_PROCESSORS_H

#include <stdint.h>

/* The number of processors that this process may use, at least 1: those that it may run
 * on, or, where that is less, what its control groups leave it (processor_quota.h). */
unsigned ralm_processors(void);

/* How many threads to start: as many as are wanted, or, where that is 0, one for each
 * processor; 1024 at most. */
unsigned ralm_threads_wanted(uint64_t wanted);

/* What a processor calls itself ("AMD EPYC 7B13"); "" where it does not say. */
enum { RALM_PROCESSOR_NAME = 64 };
void ralm_processor_name(char text[RALM_PROCESSOR_NAME]);

#endif
