/* The processes of a run. ralm-fit and ralm-fit-mpi are one source with another
 * file of these functions: ranks_alone.c, and ranks_mpi.c. */
#ifndef RALM_RANKS_H
#define RALM_RANKS_H

#include "cli.h"

#include <signal.h>

/* What the program is called. */
extern const char ranks_tool_name[];

/* Before anything else but cli_start. stop: where this process is told that a
 * signal asks to stop. NULL: this process is alone; else ranks_end is called before
 * the program ends, by cli.h's functions, too. */
struct ralm_ranks *ranks_start(const struct cli_tool *tool, int *argc,
			       char ***argv, volatile sig_atomic_t *stop);

/* Not rank 0: it reads no options and no files, but calls ranks_serve, which
 * returns the exit status. */
bool ranks_follows(const struct ralm_ranks *ranks);
int ranks_serve(struct ralm_ranks *ranks);

/* Whether standard input may come to its end before it is there. */
bool ranks_lose_stdin(const struct ralm_ranks *ranks);

#endif
