/* One process alone: ralm-fit. */
#include "ranks.h"

#include <stdlib.h>

const char ranks_tool_name[] = "ralm-fit";

/* What launchers tell the processes they start. */
static bool started_by_mpi(void)
{
	static const char *const sizes[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		const char *size = getenv(sizes[i]);
		if (size != NULL && atoi(size) > 1)
			return true;
	}
	return false;
}

struct ralm_ranks *ranks_start(const struct cli_tool *tool, int *argc,
			       char ***argv, volatile sig_atomic_t *stop)
{
	(void)argc;
	(void)argv;
	(void)stop;
	if (started_by_mpi())
		cli_usage(tool, "several processes by mpirun would each train "
				"the same model: that is for ralm-fit-mpi");
	return NULL;
}

bool ranks_follows(const struct ralm_ranks *ranks)
{
	(void)ranks;
	return false;
}

int ranks_serve(struct ralm_ranks *ranks)
{
	(void)ranks;
	return 0;
}

bool ranks_lose_stdin(const struct ralm_ranks *ranks)
{
	(void)ranks;
	return false;
}
