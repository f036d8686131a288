/* How many processors there are to work with, and which. */
#ifndef RALM_GROUND_PROCESSORS_H
#define RALM_GROUND_PROCESSORS_H

/* The processors that this process may run on, at least 1. */
unsigned ralm_processors(void);

/* What a processor calls itself ("AMD EPYC 7B13"); "" where it does not say. */
enum { RALM_PROCESSOR_NAME = 64 };
void ralm_processor_name(char text[RALM_PROCESSOR_NAME]);

#endif
