/* How long a live client of ralm-score waits for its answers:
 *
 *	latency SAMPLES PROGRAM ARGUMENT...
 *
 * runs the program (ralm-score -u -m MODEL) with pipes as its input and output,
 * writes one line of SAMPLES at a time, reads its score, and prints
 *
 *	first answer<TAB>MILLISECONDS    from the start of the program
 *	p50<TAB>MICROSECONDS             of all further lines; p99, p99.9, most;
 *	                                 not of fewer than a thousand
 *	memory<TAB>MEGABYTES             the program's largest, shared pages too
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static pid_t start(int *to, int *from, char **command)
{
	int question[2], answer[2];
	if (pipe(question) != 0 || pipe(answer) != 0)
		die("pipe");
	pid_t child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		dup2(question[0], STDIN_FILENO);
		dup2(answer[1], STDOUT_FILENO);
		close(question[1]);
		close(answer[0]);
		execvp(command[0], command);
		die(command[0]);
	}
	close(question[0]);
	close(answer[1]);
	*to = question[1];
	*from = answer[0];
	return child;
}

/* Writes a line and waits for its answer; returns the seconds it took. */
static double ask(int to, int from, const char *line, size_t length)
{
	char answer[4096];
	ssize_t got;
	double begin = now();
	if (write(to, line, length) != (ssize_t)length)
		die("write");
	do
		got = read(from, answer, sizeof answer);
	while (got > 0 && answer[got - 1] != '\n');
	if (got <= 0)
		die("no answer");
	return now() - begin;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: latency SAMPLES PROGRAM ARGUMENT...\n");
		return 2;
	}
	FILE *samples = fopen(argv[1], "r");
	if (samples == NULL)
		die(argv[1]);
	char *line = NULL;
	size_t capacity = 0, count = 0, room = 0;
	double *took = NULL, first = 0;
	ssize_t length;
	int to, from, status;
	signal(SIGPIPE, SIG_IGN);
	double begin = now();
	pid_t child = start(&to, &from, argv + 2);
	while ((length = getline(&line, &capacity, samples)) > 0) {
		double seconds = ask(to, from, line, (size_t)length);
		if (first == 0) {
			first = now() - begin;
			continue;
		}
		if (count == room) {
			room = room ? 2 * room : 1024;
			took = realloc(took, room * sizeof *took);
			if (took == NULL)
				die("memory");
		}
		took[count++] = seconds;
	}
	close(to);
	struct rusage usage;
	if (wait4(child, &status, 0, &usage) != child || status != 0 ||
	    first == 0)
		die("the program failed");
	printf("first answer\t%.2f\n", first * 1e3);
	if (count >= 1000) {
		qsort(took, count, sizeof *took, ascending);
		printf("p50\t%.1f\n", took[count / 2] * 1e6);
		printf("p99\t%.1f\n", took[count * 99 / 100] * 1e6);
		printf("p99.9\t%.1f\n", took[count * 999 / 1000] * 1e6);
		printf("most\t%.1f\n", took[count - 1] * 1e6);
	}
	printf("memory\t%.1f\n", (double)usage.ru_maxrss / 1024);
	free(took);
	free(line);
	fclose(samples);
	return 0;
}
