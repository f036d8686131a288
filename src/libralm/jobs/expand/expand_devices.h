/* The pass over the candidates by devices. */
#ifndef RALM_JOBS_EXPAND_EXPAND_DEVICES_H
#define RALM_JOBS_EXPAND_EXPAND_DEVICES_H

#include "jobs/expand/candidates.h"
#include "jobs/expand/expand_lists.h"
#include "jobs/expand/expand_progress.h"

/* Compares every candidate with every list by the scorer's devices, and adds them
 * to the audiences. */
int ralm_expand_by_devices(struct ralm_expand_lists *lists,
			   const struct ralm_candidates *candidates,
			   const struct ralm_scorer *scorer,
			   struct ralm_threads *threads,
			   struct ralm_expand_progress *progress,
			   struct ralm_error *err) RALM_MUST_CHECK;

#endif
