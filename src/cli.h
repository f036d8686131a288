/* What the tools share: one table of options gives the parser, --help and the
 * defaults shown there; messages go to stderr as "PROGRAM: ..."; standard
 * output is closed, and checked, in one place. Where these descriptors are
 * non-blocking, stdio loses text; the functions here wait and write it all. */
#ifndef RALM_CLI_H
#define RALM_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ralm.h>
#include "libralm/ground/atomic_file.h"
#include "libralm/ground/used_files.h"
#include "libralm/ground/value.h"

#if defined __GNUC__
#define CLI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define CLI_PRINTF(text, first)
#endif

enum { EXIT_DATA = 1, EXIT_USAGE = 2 };

enum cli_kind {
	/* Values as settings have them; a flag takes no argument. */
	CLI_COUNT = RALM_VALUE_COUNT,   /* uint64_t *value */
	CLI_SIZE = RALM_VALUE_SIZE,     /* uint64_t *value */
	CLI_REAL = RALM_VALUE_REAL,     /* double *value */
	CLI_CHOICE = RALM_VALUE_CHOICE, /* int *value, index into choices */
	CLI_FLAG = RALM_VALUE_FLAG,     /* bool *value */
	/* What only options can be. */
	CLI_STRING = RALM_VALUE_PATH + 1, /* const char **value */
	CLI_OUTPUT,  /* a CLI_STRING, a path that is written to: "-" becomes
		      * "/dev/stdout", an error if the program began with that closed */
	CLI_LIST,    /* struct cli_list *value; the option may repeat */
	CLI_HEADING, /* help: a title over the options that follow */
	CLI_SETTING, /* struct ralm_config **value: sets the setting whose option
		      * has this name; letter, argument and help come from there */
};

/* The arguments of an option that may repeat, in the order of argv. cli_parse
 * allocates the array, which is kept to the end. */
struct cli_list {
	const char **at;
	size_t count;
};

struct cli_option {
	enum cli_kind kind;
	const char *name;     /* long name, the contract */
	char letter;          /* 0: none */
	/* NULL for flags and choices. "FILE" or "DIR": the option is given at most
	 * once, unless it is a CLI_LIST. */
	const char *argument;
	const char *help;     /* one line, lower case, no full stop */
	void *value;          /* holds the default when help is printed */
	double min, max;      /* of numbers; max 0: none */
	const char *choices;  /* "adam|sgd", for CLI_CHOICE */
	/* An option that was given and would do nothing is a usage error. */
	int modes;            /* in which it does something (cli_check_modes); 0: all */
	const char *needs;    /* the option without which it does nothing, or NULL */
};

struct cli_tool {
	const char *name;
	const char *operands; /* "[FILE]..." */
	const char *purpose;  /* one line */
	const struct cli_option *options;
	size_t option_count;
	const char *see_also; /* "ralm-score(1), ralm(7)" */
};

/* Parses argv over the values of the table. Prints --help and --version and
 * exits 0; a usage error is told on stderr and exits 2. Returns the index of
 * the first operand; operands may stand between options. Calling it again
 * over the same table is allowed: that is how a configuration file comes
 * between the defaults and the command line. */
int cli_parse(const struct cli_tool *tool, int argc, char **argv);

/* The command line, quoted for a shell, without the program's folder and printable;
 * kept to the end. To be called before cli_parse, which moves operands last. */
const char *cli_command(const struct cli_tool *tool, int argc, char **argv);

/* Whether option `name` was given in argv. After cli_parse. */
bool cli_given(const struct cli_tool *tool, const char *name);

/* Exits with a usage error where an option was given that does nothing in the mode that
 * the tool works in, which messages call `called`, such as "--info". group: the bits of
 * modes that go together, such as those of what is done; now: those of them that hold.
 * Options with none of the group are for all of these modes. After cli_parse. */
void cli_check_modes(const struct cli_tool *tool, int group, int now,
		     const char *called);

/* The same where an option was given without the one that it needs. A setting that is a
 * path may also have been set by a file. */
void cli_check_needs(const struct cli_tool *tool);

/* "PROGRAM: message" on stderr, printable whatever is quoted in it. */
void cli_warn(const struct cli_tool *tool, const char *format, ...)
	CLI_PRINTF(2, 3);

/* "PROGRAM: FILE:LINE:COLUMN: MESSAGE", as much as is known: a warning. */
void cli_warn_error(const struct cli_tool *tool, const struct ralm_error *err);

/* "PROGRAM: COUNT of ALL THINGS (P %) message", unless count is 0. */
void cli_warn_share(const struct cli_tool *tool, uint64_t count, uint64_t all,
		    const char *things, const char *format, ...)
	CLI_PRINTF(5, 6);

/* The same of bad lines: "... are bad and left out, the first: FILE:LINE: MESSAGE".
 * lines: "lines", or which. */
void cli_warn_bad_lines(const struct cli_tool *tool, uint64_t count, uint64_t all,
			const char *lines, const struct ralm_error *first);

/* Prints the error and exits: 2 for RALM_ERROR_CONFIG, else 1. Temporaries
 * of unfinished files are removed. */
_Noreturn void cli_fail(const struct cli_tool *tool,
			const struct ralm_error *err);

/* A usage error with a hint at --help; exits 2. */
_Noreturn void cli_usage(const struct cli_tool *tool, const char *format, ...)
	CLI_PRINTF(2, 3);

/* Zeroed memory for count things of size bytes, to be freed by free(3); or exits. */
void *cli_allocate(const struct cli_tool *tool, size_t count, size_t size);

/* Such an array with room for one thing more, whose bytes are not set; or exits. */
void *cli_grow(const struct cli_tool *tool, void *array, size_t count, size_t size);

/* Text to stdout, buffered until cli_finish at the latest. cli_print cuts the text
 * of a call to 1023 bytes. */
void cli_put(const char *text);
void cli_print(const char *format, ...) CLI_PRINTF(1, 2);

/* Text to stderr at once and as it is, cut to 1023 bytes. */
void cli_say(const char *format, ...) CLI_PRINTF(1, 2);

/* Notes a file for cli_files_check. what: what the user calls it ("--test", "FILE").
 * Both texts must stay until that check. path NULL or "": no file. */
void cli_file(enum ralm_file_use use, const char *what, const char *path);

/* Exits with a usage error where two of the files noted are one file, by links or
 * descriptors, and must not be, or where two are standard input. To be called before a
 * file is opened for writing. */
void cli_files_check(const struct cli_tool *tool);

/* Start of every tool. Signals that kill the program remove its unfinished files
 * first, and so does exit(3); a file that may not grow (SIGXFSZ) is a failed write; a
 * mapped file that is cut short (SIGBUS) ends the program with a message; standard
 * descriptors that were closed are opened, so that no file gets their number. */
void cli_start(const struct cli_tool *tool);

/* Whether standard input was closed when the tool started. */
extern bool cli_stdin_closed;

/* NULL, or called with the exit status before cli_fail and cli_usage exit and before
 * cli_finish returns. */
extern void (*cli_leaving)(int status);

/* The end of every tool: flushes and closes stdout; a failure there is told on
 * stderr and turns status 0 into 1. A folder that could not be synced is a warning.
 * Returns the exit status. */
int cli_finish(const struct cli_tool *tool, int status);

#endif
