/* How many processors there are to work with. */
#ifndef RALM_GROUND_PROCESSORS_H
#define RALM_GROUND_PROCESSORS_H

/* The processors that this process may run on, at least 1. */
unsigned ralm_processors(void);

#endif
