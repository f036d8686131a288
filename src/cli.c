#include "cli.h"

#include "config.h"
#include "libralm/ground/atomic_file.h"
#include "libralm/ground/numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTIONS_MAX = 64, LONG_ONLY = 0x100 };

/* Set by cli_parse for cli_given; one tool a process. */
static bool given[OPTIONS_MAX];

/* ---- help -------------------------------------------------------------- */

static void print_default(const struct cli_option *o)
{
	switch (o->kind) {
	case CLI_STRING: {
		const char *s = *(const char *const *)o->value;
		if (s != NULL && *s)
			printf(" (default: %s)", s);
		break;
	}
	case CLI_COUNT:
	case CLI_SIZE: {
		uint64_t n = *(const uint64_t *)o->value;
		int unit = 0;
		while (o->kind == CLI_SIZE && n && n % 1024 == 0 && unit < 4) {
			n /= 1024;
			unit++;
		}
		static const char *const units[] = {"", "K", "M", "G", "T"};
		if (n)
			printf(" (default: %" PRIu64 "%s)", n, units[unit]);
		break;
	}
	case CLI_REAL:
		printf(" (default: %.9g)", *(const double *)o->value);
		break;
	case CLI_CHOICE: {
		const char *c = o->choices;
		for (int i = *(const int *)o->value; i > 0; i--)
			c = strchr(c, '|') + 1;
		printf(" (default: %.*s)", (int)strcspn(c, "|"), c);
		break;
	}
	case CLI_HEADING:
	case CLI_FLAG:
		break;
	}
}

static void print_option(const struct cli_option *o)
{
	char left[80];
	const char *argument = o->kind == CLI_CHOICE ? o->choices : o->argument;
	if (o->kind == CLI_HEADING) {
		printf("\n%s\n", o->help);
		return;
	}
	char letter[5] = "    ";
	if (o->letter)
		snprintf(letter, sizeof letter, "-%c, ", o->letter);
	snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name,
		 argument ? "=" : "", argument ? argument : "");
	printf("%-30s%s%s", left, strlen(left) >= 30 ? "\n                              " : "",
	       o->help);
	print_default(o);
	putchar('\n');
}

static void print_help(const struct cli_tool *tool)
{
	printf("Usage: %s [OPTION]... %s\n%s\n", tool->name, tool->operands,
	       tool->purpose);
	for (size_t i = 0; i < tool->option_count; i++)
		print_option(&tool->options[i]);
	printf("\n  -h, --help                  print this and exit\n"
	       "  -V, --version               print the version and exit\n"
	       "\nSee also: %s\n",
	       tool->see_also);
}

/* ---- parser ------------------------------------------------------------ */

static void bad_value(const struct cli_tool *tool, const struct cli_option *o,
		      const char *text)
{
	switch (o->kind) {
	case CLI_CHOICE:
		cli_usage(tool, "--%s: expected one of %s, got '%s'", o->name,
			  o->choices, text);
	case CLI_REAL:
		if (o->min != 0 || o->max != 0)
			cli_usage(tool,
				  "--%s: expected a number from %.9g to %.9g, got '%s'",
				  o->name, o->min, o->max, text);
		cli_usage(tool, "--%s: expected a number, got '%s'", o->name,
			  text);
	default:
		if (o->max != 0)
			cli_usage(tool,
				  "--%s: expected a %s from %.0f to %.0f, got '%s'",
				  o->name,
				  o->kind == CLI_SIZE ? "size" : "whole number",
				  o->min, o->max, text);
		cli_usage(tool, "--%s: expected a %s, got '%s'", o->name,
			  o->kind == CLI_SIZE ? "size such as 512M"
					      : "whole number",
			  text);
	}
}

static bool in_range(const struct cli_option *o, double value)
{
	return (o->min == 0 && o->max == 0) ||
	       (value >= o->min && value <= o->max);
}

static bool parse_choice(int *value, const char *choices, const char *text)
{
	size_t length = strlen(text);
	int index = 0;
	for (const char *c = choices; length > 0; index++) {
		size_t n = strcspn(c, "|");
		if (n == length && memcmp(c, text, n) == 0) {
			*value = index;
			return true;
		}
		if (c[n] == '\0')
			break;
		c += n + 1;
	}
	return false;
}

static void set_value(const struct cli_tool *tool, const struct cli_option *o,
		      const char *text)
{
	bool ok = true;
	uint64_t count;
	double real;
	switch (o->kind) {
	case CLI_FLAG:
		*(bool *)o->value = true;
		break;
	case CLI_STRING:
		*(const char **)o->value = text;
		break;
	case CLI_COUNT:
	case CLI_SIZE:
		ok = o->kind == CLI_COUNT
			     ? ralm_parse_u64(&count, text, strlen(text),
					      UINT64_MAX)
			     : ralm_parse_size(&count, text, strlen(text));
		ok = ok && in_range(o, (double)count);
		if (ok)
			*(uint64_t *)o->value = count;
		break;
	case CLI_REAL:
		ok = ralm_parse_double(&real, text, strlen(text)) &&
		     in_range(o, real);
		if (ok)
			*(double *)o->value = real;
		break;
	case CLI_CHOICE:
		ok = parse_choice(o->value, o->choices, text);
		break;
	case CLI_HEADING:
		break;
	}
	if (!ok)
		bad_value(tool, o, text);
}

int cli_parse(const struct cli_tool *tool, int argc, char **argv)
{
	struct option table[OPTIONS_MAX + 3];
	char letters[2 * OPTIONS_MAX + 8] = "hV";
	size_t rows = 0, used = strlen(letters);
	if (tool->option_count > OPTIONS_MAX)
		abort();
	for (size_t i = 0; i < tool->option_count; i++) {
		const struct cli_option *o = &tool->options[i];
		if (o->kind == CLI_HEADING)
			continue;
		bool takes = o->kind != CLI_FLAG;
		table[rows++] = (struct option){
			o->name, takes ? required_argument : no_argument, NULL,
			LONG_ONLY + (int)i};
		if (o->letter) {
			letters[used++] = o->letter;
			if (takes)
				letters[used++] = ':';
		}
	}
	letters[used] = '\0';
	table[rows++] = (struct option){"help", no_argument, NULL, 'h'};
	table[rows++] = (struct option){"version", no_argument, NULL, 'V'};
	table[rows] = (struct option){NULL, 0, NULL, 0};

	memset(given, 0, sizeof given);
	optind = 0; /* glibc: forget what an earlier call permuted */
#if defined __APPLE__ || defined __FreeBSD__
	optind = optreset = 1;
#endif
	int c;
	while ((c = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		size_t i = 0;
		if (c == 'h') {
			print_help(tool);
			exit(cli_finish(tool, 0));
		} else if (c == 'V') {
			printf("%s (ralm) %s\n", tool->name, PACKAGE_VERSION);
			exit(cli_finish(tool, 0));
		} else if (c == '?') {
			cli_usage(tool, NULL);
		} else if (c >= LONG_ONLY) {
			i = (size_t)(c - LONG_ONLY);
		} else {
			while (tool->options[i].letter != c)
				i++;
		}
		given[i] = true;
		set_value(tool, &tool->options[i], optarg);
	}
	return optind;
}

bool cli_given(const struct cli_tool *tool, const char *name)
{
	for (size_t i = 0; i < tool->option_count; i++)
		if (tool->options[i].name != NULL &&
		    strcmp(tool->options[i].name, name) == 0)
			return given[i];
	abort();
}

/* ---- messages ---------------------------------------------------------- */

void cli_warn(const struct cli_tool *tool, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fprintf(stderr, "%s: ", tool->name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

void cli_fail(const struct cli_tool *tool, const struct ralm_error *err)
{
	char text[sizeof *err];
	ralm_error_format(text, sizeof text, err);
	cli_warn(tool, "%s", text);
	ralm_atomic_unlink_all();
	exit(err->code == RALM_ERROR_CONFIG ? EXIT_USAGE : EXIT_DATA);
}

void cli_usage(const struct cli_tool *tool, const char *format, ...)
{
	if (format != NULL) {
		va_list args;
		va_start(args, format);
		fprintf(stderr, "%s: ", tool->name);
		vfprintf(stderr, format, args);
		fputc('\n', stderr);
		va_end(args);
	}
	fprintf(stderr, "Try '%s --help'\n", tool->name);
	ralm_atomic_unlink_all();
	exit(EXIT_USAGE);
}

/* ---- start and end ----------------------------------------------------- */

static void remove_and_die(int signal_number)
{
	ralm_atomic_unlink_all();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* A page of a mapped file that cannot be read. */
static const char *name_of_tool;
static void say_lost_file(int signal_number)
{
	static const char text[] =
		": a file was truncated while in use, or its disk fails\n";
	(void)signal_number;
	(void)!write(STDERR_FILENO, name_of_tool, strlen(name_of_tool));
	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	ralm_atomic_unlink_all();
	_exit(EXIT_DATA);
}

void cli_start(const struct cli_tool *tool)
{
	signal(SIGPIPE, SIG_DFL);
	name_of_tool = tool->name;
	signal(SIGBUS, say_lost_file);
	/* Not where the parent had them ignored (nohup). */
	static const int deadly[] = {SIGINT, SIGTERM, SIGHUP};
	for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
		if (signal(deadly[i], remove_and_die) == SIG_IGN)
			signal(deadly[i], SIG_IGN);
	/* With a standard descriptor closed the next file opened would take
	 * its number and be written to by mistake. Closed stdout stays an
	 * error: the stand-in cannot be written. */
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			cli_warn(tool, "cannot open /dev/null");
}

int cli_finish(const struct cli_tool *tool, int status)
{
	int failed = ferror(stdout);
	if (fflush(stdout) != 0)
		failed = 1;
	int number = errno;
	/* Closing reports what a network file system kept back. */
	if (close(STDOUT_FILENO) != 0 && !failed) {
		failed = 1;
		number = errno;
	}
	if (failed) {
		errno = number;
		cli_warn(tool, "stdout: cannot write: %s", strerror(number));
		if (status == 0)
			status = EXIT_DATA;
	}
	return status;
}

unsigned cli_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
#if defined __linux__
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		n = CPU_COUNT(&set);
#endif
	return n > 0 ? (unsigned)n : 1;
}
