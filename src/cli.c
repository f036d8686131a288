#include "cli.h"

#include "config.h"
#include "libralm/ground/error.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTIONS_MAX = 64, LONG_ONLY = 0x100 };

/* Set by cli_parse for cli_given; one tool a process. */
static bool given[OPTIONS_MAX];

/* ---- help -------------------------------------------------------------- */

static struct ralm_value_kind value_kind(const struct cli_option *o)
{
	return (struct ralm_value_kind){(enum ralm_value_type)o->kind, o->min,
					o->max, o->choices};
}

/* The option with what the table leaves out of a CLI_SETTING. */
static struct cli_option described(const struct cli_option *o)
{
	struct cli_option all = *o;
	struct ralm_config_option setting;
	if (o->kind != CLI_SETTING)
		return all;
	if (!ralm_config_option(&setting, o->name))
		abort();
	all.letter = setting.letter;
	all.argument = setting.argument;
	all.help = setting.purpose;
	return all;
}

/* A count of 0 and a real of NaN stand for "not given": no default is shown. */
static void print_default(const struct cli_option *o)
{
	const struct ralm_value_kind kind = value_kind(o);
	char text[RALM_VALUE_TEXT_MAX];
	struct ralm_config_option setting;
	char value[RALM_CONFIG_VALUE_MAX];
	struct ralm_error err;
	switch (o->kind) {
	case CLI_COUNT:
	case CLI_SIZE:
		if (*(const uint64_t *)o->value == 0)
			return;
		break;
	case CLI_REAL:
		if (isnan(*(const double *)o->value))
			return;
		break;
	case CLI_CHOICE:
		break;
	case CLI_SETTING:
		if (ralm_config_option(&setting, o->name) &&
		    setting.standard != NULL &&
		    ralm_config_get(value, *(struct ralm_config **)o->value,
				    o->name, &err) == 0)
			cli_print(" (default: %s)", value);
		return;
	default:
		return;
	}
	ralm_value_text(text, &kind, o->value);
	cli_print(" (default: %s)", text);
}

static void print_option(const struct cli_option *o)
{
	char left[80];
	const char *argument = o->kind == CLI_CHOICE ? o->choices : o->argument;
	if (o->kind == CLI_HEADING) {
		cli_print("\n%s\n", o->help);
		return;
	}
	char letter[5] = "    ";
	if (o->letter)
		snprintf(letter, sizeof letter, "-%c, ", o->letter);
	snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name,
		 argument ? "=" : "", argument ? argument : "");
	cli_print("%-30s", left);
	if (strlen(left) >= 30)
		cli_print("\n%30s", "");
	cli_put(o->help);
	print_default(o);
	cli_put("\n");
}

static void print_help(const struct cli_tool *tool)
{
	cli_print("Usage: %s [OPTION]... %s\n%s\n", tool->name, tool->operands,
		  tool->purpose);
	for (size_t i = 0; i < tool->option_count; i++) {
		const struct cli_option o = described(&tool->options[i]);
		print_option(&o);
	}
	cli_print("\n  -h, --help                  print this and exit\n"
	       "  -V, --version               print the version and exit\n"
	       "\nSee also: %s\n",
	       tool->see_also);
}

/* ---- parser ------------------------------------------------------------ */

_Noreturn static void fail_memory(const struct cli_tool *tool, size_t bytes)
{
	struct ralm_error err;
	ralm_error_memory(&err, bytes);
	cli_fail(tool, &err);
}

void *cli_allocate(const struct cli_tool *tool, size_t count, size_t size)
{
	void *memory = calloc(count, size);
	if (memory == NULL)
		fail_memory(tool, count * size);
	return memory;
}

void *cli_grow(const struct cli_tool *tool, void *array, size_t count, size_t size)
{
	void *more = realloc(array, (count + 1) * size);
	if (more == NULL)
		fail_memory(tool, (count + 1) * size);
	return more;
}

static void add_to_list(const struct cli_tool *tool, struct cli_list *list,
			const char *text)
{
	list->at = cli_grow(tool, list->at, list->count, sizeof *list->at);
	list->at[list->count++] = text;
}

static void empty_lists(const struct cli_tool *tool)
{
	for (size_t i = 0; i < tool->option_count; i++)
		if (tool->options[i].kind == CLI_LIST)
			((struct cli_list *)tool->options[i].value)->count = 0;
}

static bool names_file(const struct cli_option *o)
{
	return o->argument != NULL && (strcmp(o->argument, "FILE") == 0 ||
				       strcmp(o->argument, "DIR") == 0);
}

/* Of two files the first, and an empty name, such as that of a variable of a script
 * that is not set, would be ignored in silence. */
static void check_file(const struct cli_tool *tool, const struct cli_option *o,
		       bool again, const char *name)
{
	if (!names_file(o))
		return;
	if (again && o->kind != CLI_LIST)
		cli_usage(tool, "--%s: given twice", o->name);
	if (name[0] == '\0')
		cli_usage(tool, "--%s: the name is empty", o->name);
}

static const char *output_path(const struct cli_tool *tool, const char *path)
{
	struct ralm_error err;
	if (strcmp(path, "-") == 0)
		path = "/dev/stdout";
	if (!ralm_is_stdout(path) ||
	    (fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) != O_RDONLY)
		return path;
	errno = EBADF;
	ralm_error_system(&err, "cannot write '%s'", path);
	cli_fail(tool, &err);
}

static void set_value(const struct cli_tool *tool, const struct cli_option *o,
		      const char *text)
{
	const struct ralm_value_kind kind = value_kind(o);
	char expected[RALM_VALUE_EXPECTED_MAX];
	struct ralm_error err;
	if (o->kind == CLI_STRING) {
		*(const char **)o->value = text;
	} else if (o->kind == CLI_OUTPUT) {
		*(const char **)o->value = output_path(tool, text);
	} else if (o->kind == CLI_SETTING) {
		if (ralm_config_set(*(struct ralm_config **)o->value, o->name,
				    text != NULL ? text : "true", &err) != 0)
			cli_usage(tool, "--%s", err.message);
	} else if (o->kind == CLI_LIST) {
		add_to_list(tool, o->value, text);
	} else if (o->kind == CLI_FLAG) {
		*(bool *)o->value = true;
	} else if (!ralm_value_parse(o->value, &kind, text, strlen(text))) {
		ralm_value_expected(expected, &kind);
		cli_usage(tool, "--%s: %s, got '%s'", o->name, expected, text);
	}
}

/* The options, described in full, and the same as getopt_long takes them. */
struct parser {
	struct cli_option options[OPTIONS_MAX];
	struct option table[OPTIONS_MAX + 3];
	char letters[2 * OPTIONS_MAX + 9];
};

static void parser_init(struct parser *parser, const struct cli_tool *tool)
{
	size_t rows = 0, used = 0;
	if (tool->option_count > OPTIONS_MAX)
		abort();
	parser->letters[used++] = ':'; /* a missing argument is told from other faults */
	parser->letters[used++] = 'h';
	parser->letters[used++] = 'V';
	for (size_t i = 0; i < tool->option_count; i++) {
		const struct cli_option *o = &parser->options[i];
		parser->options[i] = described(&tool->options[i]);
		if (o->kind == CLI_HEADING)
			continue;
		bool takes = o->kind == CLI_CHOICE || o->argument != NULL;
		parser->table[rows++] = (struct option){
			o->name, takes ? required_argument : no_argument, NULL,
			LONG_ONLY + (int)i};
		if (o->letter) {
			parser->letters[used++] = o->letter;
			if (takes)
				parser->letters[used++] = ':';
		}
	}
	parser->letters[used] = '\0';
	parser->table[rows++] = (struct option){"help", no_argument, NULL, 'h'};
	parser->table[rows++] = (struct option){"version", no_argument, NULL, 'V'};
	parser->table[rows] = (struct option){NULL, 0, NULL, 0};
}

/* Lists the long options that begin as the word does, as far as there is room. Returns how
 * many there are. */
static size_t find_alike(char *list, size_t room, const struct parser *parser,
			 const char *word)
{
	const size_t length = strcspn(word, "=");
	size_t alike = 0, used = 0;
	list[0] = '\0';
	for (const struct option *row = parser->table; row->name != NULL; row++) {
		if (length <= 2 || strncmp(row->name, word + 2, length - 2) != 0)
			continue;
		alike++;
		if (used + strlen(row->name) + sizeof " '--'" <= room)
			used += (size_t)sprintf(list + used, " '--%s'", row->name);
	}
	return alike;
}

/* What getopt_long would say, but printable and by the tool's name. fault: what it
 * returned; word: the argument at fault. */
_Noreturn static void fail_option(const struct cli_tool *tool,
				  const struct parser *parser, int fault,
				  const char *word)
{
	char alike[512];
	const struct option *row = parser->table;
	while (row->name != NULL && row->val != optopt)
		row++;
	/* Where there is one too many, fault is ':' on BSD. */
	if (row->name != NULL)
		cli_usage(tool, row->has_arg == required_argument
					? "option '--%s' requires an argument"
					: "option '--%s' doesn't allow an argument",
			  row->name);
	if (optopt != 0)
		cli_usage(tool, fault == ':' ? "option requires an argument -- '%c'"
					     : "invalid option -- '%c'",
			  optopt);
	if (find_alike(alike, sizeof alike, parser, word) > 1)
		cli_usage(tool, "option '%s' is ambiguous; possibilities:%s", word,
			  alike);
	cli_usage(tool, "unrecognized option '%s'", word);
}

int cli_parse(const struct cli_tool *tool, int argc, char **argv)
{
	struct parser parser;
	const struct cli_option *options = parser.options;
	parser_init(&parser, tool);
	memset(given, 0, sizeof given);
	empty_lists(tool);
	opterr = 0;
	optind = 0; /* glibc: forget what an earlier call permuted */
#if defined __APPLE__ || defined __FreeBSD__
	optind = optreset = 1;
#endif
	int c;
	while ((c = getopt_long(argc, argv, parser.letters, parser.table, NULL)) !=
	       -1) {
		size_t i = 0;
		if (c == 'h') {
			print_help(tool);
			exit(cli_finish(tool, 0));
		} else if (c == 'V') {
			cli_print("%s (ralm) %s\n", tool->name, PACKAGE_VERSION);
			exit(cli_finish(tool, 0));
		} else if (c == '?' || c == ':') {
			fail_option(tool, &parser, c, argv[optind - 1]);
		} else if (c >= LONG_ONLY) {
			i = (size_t)(c - LONG_ONLY);
		} else {
			while (options[i].letter != c)
				i++;
		}
		check_file(tool, &options[i], given[i], optarg);
		given[i] = true;
		set_value(tool, &options[i], optarg);
	}
	return optind;
}

/* The place of an option in the table. */
static size_t find(const struct cli_tool *tool, const char *name)
{
	for (size_t i = 0; i < tool->option_count; i++)
		if (tool->options[i].name != NULL &&
		    strcmp(tool->options[i].name, name) == 0)
			return i;
	abort();
}

bool cli_given(const struct cli_tool *tool, const char *name)
{
	return given[find(tool, name)];
}

/* ---- which options go together ------------------------------------------- */

void cli_check_modes(const struct cli_tool *tool, int group, int now,
		     const char *called)
{
	for (size_t i = 0; i < tool->option_count; i++) {
		const struct cli_option *o = &tool->options[i];
		if (given[i] && (o->modes & group) != 0 && (o->modes & now) == 0)
			cli_usage(tool, "--%s has no meaning with %s", o->name,
				  called);
	}
}

/* Whether the option was given, or a configuration file gave its setting, a path. */
static bool given_or_set(const struct cli_tool *tool, const char *name)
{
	const size_t i = find(tool, name);
	const struct cli_option *o = &tool->options[i];
	char value[RALM_CONFIG_VALUE_MAX];
	struct ralm_error err;
	return given[i] ||
	       (o->kind == CLI_SETTING &&
		ralm_config_get(value, *(struct ralm_config **)o->value, name,
				&err) == 0 &&
		value[0] != '\0');
}

void cli_check_needs(const struct cli_tool *tool)
{
	for (size_t i = 0; i < tool->option_count; i++) {
		const struct cli_option *o = &tool->options[i];
		if (o->needs != NULL && !given_or_set(tool, o->needs) && given[i])
			cli_usage(tool, "--%s needs --%s", o->name, o->needs);
	}
}
