/* The processes of a run. ralm-fit and ralm-fit-mpi have one source, and these functions
 * of ranks_alone.c or of ranks_mpi.c. */
#ifndef RALM_RANKS_H
#define RALM_RANKS_H

#include "cli.h"

#include <signal.h>

/* The program's name. */
extern const char ranks_tool_name[];

/* To be called after cli_start and before anything else. stop: where signal handlers
 * of this process note that training is to stop. Returns NULL where this process is
 * alone. In rank 0 of several it sets cli_leaving, which ends the others. */
struct ralm_ranks *ranks_start(const struct cli_tool *tool, int *argc,
			       char ***argv, volatile sig_atomic_t *stop);

/* Whether this is not rank 0: such a process reads no options and no files, but calls
 * ranks_serve, which returns the exit status. */
bool ranks_follows(const struct ralm_ranks *ranks);
int ranks_serve(struct ralm_ranks *ranks);

/* Whether rank 0 may be given only the beginning of standard input. */
bool ranks_lose_stdin(const struct ralm_ranks *ranks);

#endif
