/* formats/delimiter: what may stand between fields, and where a line is cut. */
#include "check.h"

#include "libralm/formats/delimiter.h"

#include <string.h>

static struct ralm_error err;

static bool is(const char *text, const char *bytes, size_t length, bool quotes)
{
	struct ralm_delimiter d;
	return ralm_delimiter_parse(&d, text, &err) == 0 &&
	       d.length == length && memcmp(d.bytes, bytes, length) == 0 &&
	       d.bytes[length] == '\0' && d.quotes == quotes;
}

static bool refused(const char *text, const char *message)
{
	struct ralm_delimiter d = {.bytes = "kept", .length = 4};
	return ralm_delimiter_parse(&d, text, &err) != 0 &&
	       err.code == RALM_ERROR_CONFIG &&
	       strstr(err.message, message) != NULL &&
	       strcmp(d.bytes, "kept") == 0 && d.length == 4;
}

/* The fields of a line, each in brackets. */
static const char *cut(const char *option, const char *line)
{
	static char out[256];
	struct ralm_delimiter d;
	size_t left = strlen(line), used = 0, gap, length;
	if (ralm_delimiter_parse(&d, option, &err) != 0)
		return err.message;
	size_t indent = ralm_delimiter_indent(&d, line, left);
	line += indent;
	left -= indent;
	do {
		length = ralm_delimiter_find(&gap, &d, line, left);
		used += (size_t)snprintf(out + used, sizeof out - used,
					 "[%.*s]", (int)length, line);
		line += length + gap;
		left -= length + gap;
	} while (gap > 0);
	return out;
}

static bool cuts(const char *option, const char *line, const char *want)
{
	bool same = strcmp(cut(option, line), want) == 0;
	if (!same)
		printf("# %s\n", cut(option, line));
	return same;
}

static void test_option(void)
{
	check(is(NULL, "\t", 1, false) && is("\t", "\t", 1, false) &&
		      is("\\t", "\t", 1, false) && is("\\x09", "\t", 1, false),
	      "a tab, as it is or escaped");
	check(is(",", ",", 1, true) && is("\\x2c", ",", 1, true) &&
		      is("\\x2C", ",", 1, true) && is("\\x01", "\1", 1, true) &&
		      is("\\xfF", "\xff", 1, true) && is(" ", " ", 1, false),
	      "any single byte; quotes but for tab and space");
	check(is("::", "::", 2, false) && is("\\\\t", "\\t", 2, false) &&
		      is("a\\t\\x41b", "a\tAb", 4, false) &&
		      is("\\\\", "\\", 1, true) && is("\\", "\\", 1, true),
	      "several bytes, a backslash");
	check(is("blanks", "", 0, false) &&
		      is("\\x62lanks", "blanks", 6, false) &&
		      is("Blanks", "Blanks", 6, false),
	      "runs of blanks, and the word itself");
	check(is("123456789012345", "123456789012345", 15, false) &&
		      refused("1234567890123456", "1 to 15 bytes") &&
		      refused("", "1 to 15 bytes"),
	      "1 to 15 bytes");
	check(refused("\n", "neither") && refused("a\r", "neither") &&
		      refused("\"", "neither") && refused("\\x22", "neither") &&
		      refused("\\x0a", "neither") &&
		      refused(",\\x0D", "neither") && refused("\\x00", "neither"),
	      "no quote, line end or NUL, escaped either");
	check(refused("\\n", "no such escape") && refused("\\0", "no such escape") &&
		      refused("\\x", "no such escape") && refused("\\x1", "no such escape") &&
		      refused("\\xg1", "no such escape") && refused("\\x1\\t", "no such escape") &&
		      refused("a\\", "no such escape") && refused("\\|", "no such escape"),
	      "an escape that is none is refused");
}

static void test_cut(void)
{
	check(cuts("\\t", "a b\t\tc ", "[a b][][c ]") && cuts(",", "", "[]") &&
		      cuts(",", ",", "[][]") && cuts(",", "a,b,", "[a][b][]"),
	      "a byte: what lies between is a field, if empty");
	check(cuts("::", "1::2:3:::4", "[1][2:3][:4]") &&
		      cuts("::", "1:", "[1:]") && cuts("::", "::", "[][]"),
	      "several bytes");
	check(cuts("blanks", " \ta \t b\tc \t", "[a][b][c]") &&
		      cuts("blanks", "", "[]") && cuts("blanks", "  ", "[]") &&
		      cuts("blanks", "a", "[a]") && cuts("blanks", "a,b", "[a,b]"),
	      "blanks: no field is empty, none begins or ends a line");
}

int main(void)
{
	test_option();
	test_cut();
	return check_done();
}
