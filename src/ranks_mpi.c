/* The processes of an MPI job: ralm-fit-mpi. The only file that knows MPI. */
#include "ranks.h"

#include "libralm/ground/error.h"
#include "libralm/ground/ranks.h"

#include <inttypes.h>
#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

const char ranks_tool_name[] = "ralm-fit-mpi";

enum { UNITS = 8 };

static struct {
	struct ralm_ranks ranks;
	const struct cli_tool *tool;
	/* What goes to each rank and comes from it: how many elements, and where
	 * they begin, (size) each, as MPI wants it. */
	int *out_n, *out_at, *in_n, *in_at;
	/* Types for elements of unit[i] bytes, made when they are first needed. */
	size_t unit[UNITS];
	MPI_Datatype type[UNITS];
	size_t units;
	uint64_t sent; /* bytes to other ranks */
} job;

_Noreturn static void give_up(const char *why)
{
	cli_warn(job.tool, "rank %u: %s", job.ranks.rank, why);
	ralm_remove_unfinished();
	MPI_Abort(MPI_COMM_WORLD, EXIT_DATA);
	abort();
}

/* ---- counts and types ---------------------------------------------------- */

static int number(size_t n)
{
	if (n > INT_MAX)
		give_up("more in one message than MPI counts; lower "
			"--batch-size");
	return (int)n;
}

static MPI_Datatype type_of(size_t unit)
{
	size_t i = 0;
	while (i < job.units && job.unit[i] != unit)
		i++;
	if (i < job.units)
		return job.type[i];
	if (i == UNITS)
		give_up("too many kinds of messages");
	MPI_Type_contiguous(number(unit), MPI_BYTE, &job.type[i]);
	MPI_Type_commit(&job.type[i]);
	job.unit[i] = unit;
	job.units++;
	return job.type[i];
}

/* Counts as MPI wants them, and where each begins. */
static void lay_out(int *n, int *at, const size_t *counts)
{
	size_t begin = 0;
	for (unsigned r = 0; r < job.ranks.size; r++) {
		n[r] = number(counts[r]);
		at[r] = number(begin);
		begin += counts[r];
	}
}

static void count_sent(const size_t *counts, size_t unit)
{
	for (unsigned r = 0; r < job.ranks.size; r++)
		if (r != job.ranks.rank)
			job.sent += counts[r] * unit;
}

/* ---- the calls ----------------------------------------------------------- */

static void broadcast(struct ralm_ranks *ranks, void *data, size_t bytes)
{
	const enum ralm_phase phase = ralm_ranks_enter(ranks,
						       RALM_PHASE_CARRIED);
	const size_t most = (size_t)1 << 30;
	char *at = data;
	if (ranks->rank == 0)
		job.sent += bytes * (ranks->size - 1);
	for (size_t n; bytes > 0; bytes -= n, at += n) {
		n = bytes < most ? bytes : most;
		MPI_Bcast(at, (int)n, MPI_BYTE, 0, MPI_COMM_WORLD);
	}
	ralm_ranks_enter(ranks, phase);
}

static void scatter(struct ralm_ranks *ranks, void *mine, size_t n,
		    const void *all, const size_t *counts, size_t unit)
{
	const enum ralm_phase phase = ralm_ranks_enter(ranks,
						       RALM_PHASE_CARRIED);
	const MPI_Datatype type = type_of(unit);
	if (ranks->rank == 0) {
		lay_out(job.out_n, job.out_at, counts);
		count_sent(counts, unit);
	}
	MPI_Scatterv(all, job.out_n, job.out_at, type, mine, number(n), type, 0,
		     MPI_COMM_WORLD);
	ralm_ranks_enter(ranks, phase);
}

static void gather(struct ralm_ranks *ranks, void *all, const size_t *counts,
		   const void *mine, size_t n, size_t unit)
{
	const enum ralm_phase phase = ralm_ranks_enter(ranks,
						       RALM_PHASE_CARRIED);
	const MPI_Datatype type = type_of(unit);
	if (ranks->rank == 0)
		lay_out(job.in_n, job.in_at, counts);
	else
		job.sent += n * unit;
	MPI_Gatherv(mine, number(n), type, all, job.in_n, job.in_at, type, 0,
		    MPI_COMM_WORLD);
	ralm_ranks_enter(ranks, phase);
}

static void trade(struct ralm_ranks *ranks, size_t *in, const size_t *out)
{
	const enum ralm_phase phase = ralm_ranks_enter(ranks,
						       RALM_PHASE_CARRIED);
	const MPI_Datatype type = type_of(sizeof *in);
	job.sent += (ranks->size - 1) * sizeof *out;
	MPI_Alltoall(out, 1, type, in, 1, type, MPI_COMM_WORLD);
	ralm_ranks_enter(ranks, phase);
}

static void exchange(struct ralm_ranks *ranks, void *in,
		     const size_t *in_counts, const void *out,
		     const size_t *out_counts, size_t unit)
{
	const enum ralm_phase phase = ralm_ranks_enter(ranks,
						       RALM_PHASE_CARRIED);
	const MPI_Datatype type = type_of(unit);
	lay_out(job.out_n, job.out_at, out_counts);
	lay_out(job.in_n, job.in_at, in_counts);
	count_sent(out_counts, unit);
	MPI_Alltoallv(out, job.out_n, job.out_at, type, in, job.in_n, job.in_at,
		      type, MPI_COMM_WORLD);
	ralm_ranks_enter(ranks, phase);
}

static uint64_t most(struct ralm_ranks *ranks, uint64_t own)
{
	const enum ralm_phase phase = ralm_ranks_enter(ranks,
						       RALM_PHASE_CARRIED);
	uint64_t all;
	MPI_Allreduce(&own, &all, 1, MPI_UINT64_T, MPI_MAX, MPI_COMM_WORLD);
	ralm_ranks_enter(ranks, phase);
	return all;
}

/* ---- start and end ------------------------------------------------------- */

/* What ralm-fit-mpi(1) promises of RALM_RANKS_SPENT. */
static void say_spent(void)
{
	struct ralm_ranks *ranks = &job.ranks;
	struct rusage usage;
	if (getenv("RALM_RANKS_SPENT") == NULL)
		return;
	ralm_ranks_enter(ranks, RALM_PHASE_OTHER);
	getrusage(RUSAGE_SELF, &usage);
	cli_warn(job.tool, "rank %u: %" PRIu64 " bytes sent, %ld kB of memory; "
			   "seconds: plan %.3f network %.3f exchange %.3f "
			   "step %.3f carried %.3f other %.3f",
		 ranks->rank, job.sent, usage.ru_maxrss,
		 ranks->spent[RALM_PHASE_PLAN],
		 ranks->spent[RALM_PHASE_NETWORK],
		 ranks->spent[RALM_PHASE_EXCHANGE],
		 ranks->spent[RALM_PHASE_STEP],
		 ranks->spent[RALM_PHASE_CARRIED],
		 ranks->spent[RALM_PHASE_OTHER]);
}

static void leave_mpi(void)
{
	for (size_t i = 0; i < job.units; i++)
		MPI_Type_free(&job.type[i]);
	MPI_Finalize();
}

/* Rank 0 lets all ranks end with its own exit status. */
static void end(int status)
{
	cli_leaving = NULL;
	say_spent();
	ralm_ranks_announce(&job.ranks, (struct ralm_ranks_command){
						.what = RALM_RANKS_END,
						.count = (uint64_t)status});
	leave_mpi();
}

int ranks_serve(struct ralm_ranks *ranks)
{
	struct ralm_error err;
	const int status = ralm_fit_serve(ranks, &err);
	if (status < 0)
		give_up(err.message);
	say_spent();
	leave_mpi();
	return status;
}

static void make_room(unsigned size)
{
	int *room = calloc(size, 4 * sizeof *room);
	job.ranks.counts = calloc(size, sizeof *job.ranks.counts);
	if (room == NULL || job.ranks.counts == NULL) {
		struct ralm_error err;
		ralm_error_memory(&err, size * 4 * sizeof *room);
		give_up(err.message);
	}
	job.out_n = room;
	job.out_at = room + size;
	job.in_n = room + 2 * (size_t)size;
	job.in_at = room + 3 * (size_t)size;
}

struct ralm_ranks *ranks_start(const struct cli_tool *tool, int *argc,
			       char ***argv, volatile sig_atomic_t *stop)
{
	static const struct ralm_ranks_calls calls = {
		.broadcast = broadcast,
		.scatter = scatter,
		.gather = gather,
		.trade = trade,
		.exchange = exchange,
		.most = most,
	};
	int provided, rank, size;
	MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	job.tool = tool;
	job.ranks = (struct ralm_ranks){.calls = &calls,
					.rank = (unsigned)rank,
					.size = (unsigned)size,
					.stop = stop};
	if (provided < MPI_THREAD_FUNNELED)
		give_up("this MPI is not for programs with threads");
	make_room((unsigned)size);
	if (rank == 0)
		cli_leaving = end;
	return &job.ranks;
}

bool ranks_follows(const struct ralm_ranks *ranks)
{
	return ranks->rank > 0;
}

/* Hydra, which starts MPICH's processes, loses what comes after the first 64 kB. */
bool ranks_lose_stdin(const struct ralm_ranks *ranks)
{
	char version[MPI_MAX_LIBRARY_VERSION_STRING];
	int length;
	MPI_Get_library_version(version, &length);
	return ranks->size > 1 && strncmp(version, "MPICH", 5) == 0 &&
	       getenv("PMI_FD") != NULL;
}
