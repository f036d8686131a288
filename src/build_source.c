#include "build_source.h"

#include <sys/stat.h>
#include <unistd.h>

/* Whether standard input is a terminal, /dev/null, or was closed. */
static bool nothing_on_stdin(void)
{
	struct stat input, null;
	if (cli_stdin_closed || fstat(STDIN_FILENO, &input) != 0 || isatty(STDIN_FILENO))
		return true;
	return S_ISCHR(input.st_mode) && stat("/dev/null", &null) == 0 &&
	       input.st_rdev == null.st_rdev;
}

struct build_source build_source_choose(const struct cli_tool *tool, size_t operands)
{
	const bool clicks = cli_given(tool, "clicks");
	const bool samples = cli_given(tool, "samples");
	const bool paddlerec = cli_given(tool, "paddlerec");
	const bool planted = cli_given(tool, "planted");
	if (clicks + samples + paddlerec + planted > 1)
		cli_usage(tool,
			  "more than one of --clicks, --planted, --samples and "
			  "--paddlerec");
	if (paddlerec)
		return (struct build_source){PADDLEREC, "--paddlerec", false};
	if (samples)
		return (struct build_source){SAMPLES, "--samples", false};
	if (planted)
		return (struct build_source){PLANTED, "the planted click log",
					     false};
	if (clicks || operands > 0)
		return (struct build_source){CLICKS, "a click log", false};
	if (nothing_on_stdin())
		return (struct build_source){PLANTED, "the planted click log",
					     true};
	return (struct build_source){CLICKS, "the click log on stdin (--planted)",
				     true};
}
