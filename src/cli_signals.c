/* The start of the tools: signals and standard descriptors. */
#include "cli.h"

#include "libralm/ground/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void remove_and_die(int number)
{
	sigset_t own;
	ralm_remove_unfinished();
	signal(number, SIG_DFL);
	raise(number);
	sigemptyset(&own);
	sigaddset(&own, number);
	pthread_sigmask(SIG_UNBLOCK, &own, NULL);
	/* Only the first process of a container comes here: nobody but its own
	 * handlers ends it. */
	_exit(128 + number);
}

/* For SIGBUS: a page of a mapped file cannot be read. */
static const char *name_of_tool;
static void say_lost_file(int number)
{
	static const char text[] =
		": a file was truncated while in use, or its disk fails\n";
	(void)number;
	(void)!write(STDERR_FILENO, name_of_tool, strlen(name_of_tool));
	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	ralm_remove_unfinished();
	_exit(EXIT_DATA);
}

/* Catches the signals that would end the program, except those that the parent
 * ignores (nohup) and those that tell of a bug here (SIGSEGV, SIGFPE, SIGILL). */
static void catch_deadly(void)
{
	static const int deadly[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
				     SIGALRM, SIGXCPU, SIGUSR1, SIGUSR2,
				     SIGABRT, SIGPROF, SIGVTALRM};
	struct sigaction old;
	for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
		if (sigaction(deadly[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			signal(deadly[i], remove_and_die);
}

/* Opens something in the place of a standard descriptor that is closed, the wrong way
 * round, so that its use stays an error. */
static bool put_in_place(int fd)
{
	int ends[2];
	if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) == fd)
		return true;
	/* There is no /dev. */
	if (fd != 0)
		return open("/", O_RDONLY) == fd;
	return pipe(ends) == 0 && dup2(ends[1], fd) == fd && close(ends[1]) == 0;
}

bool cli_stdin_closed;

void cli_start(const struct cli_tool *tool)
{
	struct ralm_error err;
	name_of_tool = tool->name;
	/* A closed pipe ends the program even where its parent ignores SIGPIPE; that
	 * a file may not grow is told by write(2) instead. */
	signal(SIGPIPE, remove_and_die);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGBUS, say_lost_file);
	catch_deadly();
	(void)atexit(ralm_remove_unfinished);
	/* With a standard descriptor closed the next file opened would get its
	 * number and be written to by mistake. */
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		cli_stdin_closed |= fd == 0;
		if (!put_in_place(fd)) {
			ralm_error_system(&err, "cannot open /dev/null");
			cli_fail(tool, &err);
		}
	}
}
