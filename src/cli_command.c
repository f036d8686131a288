/* The command line as one text. */
#include "cli.h"

#include "libralm/ground/printable.h"

#include <string.h>

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			    "0123456789_@%+=:,./-";

static bool is_plain(const char *word)
{
	return *word != '\0' && word[strspn(word, plain)] == '\0';
}

/* Writes the word to `to`, quoted for a shell where it must be; returns its end. */
static char *quote(char *to, const char *word)
{
	if (is_plain(word))
		return stpcpy(to, word);
	*to++ = '\'';
	for (; *word; word++)
		if (*word == '\'')
			to = stpcpy(to, "'\\''");
		else
			*to++ = *word;
	*to++ = '\'';
	*to = '\0';
	return to;
}

const char *cli_command(const struct cli_tool *tool, int argc, char **argv)
{
	size_t size = strlen(tool->name) + 1;
	for (int i = 1; i < argc; i++)
		size += 4 * strlen(argv[i]) + 3;
	char *text = cli_allocate(tool, size, 1);
	char *end = stpcpy(text, tool->name);
	for (int i = 1; i < argc; i++) {
		*end++ = ' ';
		end = quote(end, argv[i]);
	}
	ralm_make_printable(text);
	return text;
}
