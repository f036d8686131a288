/* Checks the files that a tool reads and writes: none that is written is another of
 * them, and standard input is read once. */
#include "cli.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A regular file is known by its device and inode; one that does not exist yet by
 * its folder's device and inode and its name there. Pipes, devices and sockets
 * cannot be overwritten, but two outputs would mix in one pipe or in standard
 * output: as outputs, these are known by device and inode, too. */
struct identity {
	bool known;
	dev_t device;
	ino_t inode;
	char name[NAME_MAX + 1]; /* "": the file itself */
};

struct used_file {
	enum cli_use use;
	const char *what, *path;
	struct identity identity;
};

static struct used_file *files;
static size_t file_count;

/* Follows symbolic links to a file that does not exist yet. path: PATH_MAX bytes,
 * overwritten. */
static void follow(char *path)
{
	char target[PATH_MAX];
	for (int links = 0; links < 40; links++) {
		ssize_t length = readlink(path, target, sizeof target - 1);
		if (length <= 0)
			return;
		target[length] = '\0';
		char *slash = strrchr(path, '/');
		char *base = target[0] == '/' || slash == NULL ? path : slash + 1;
		if ((size_t)(base - path) + (size_t)length >= PATH_MAX)
			return;
		memcpy(base, target, (size_t)length + 1);
	}
}

/* The identity of a file that open(2) would make. */
static void identify_new(struct identity *identity, const char *path)
{
	char folder[PATH_MAX];
	struct stat st;
	if (strlen(path) >= sizeof folder)
		return;
	strcpy(folder, path);
	follow(folder);
	char *slash = strrchr(folder, '/');
	const char *base = slash ? slash + 1 : folder;
	if (strlen(base) > NAME_MAX)
		return;
	strcpy(identity->name, base);
	if (slash != NULL)
		slash[1] = '\0';
	if (stat(slash ? folder : ".", &st) != 0)
		return;
	identity->known = true;
	identity->device = st.st_dev;
	identity->inode = st.st_ino;
}

static bool is_read(enum cli_use use)
{
	return use == CLI_READ || use == CLI_READ_FIRST;
}

static void identify(struct identity *identity, enum cli_use use,
		     const char *path)
{
	bool read = is_read(use);
	struct stat st;
	int failed;
	memset(identity, 0, sizeof *identity);
	if (read && strcmp(path, "-") == 0)
		failed = fstat(STDIN_FILENO, &st);
	else if (cli_is_stdout(path))
		failed = fstat(STDOUT_FILENO, &st);
	else
		failed = stat(path, &st);
	if (failed && errno == ENOENT) {
		identify_new(identity, path);
	} else if (!failed &&
		   (S_ISREG(st.st_mode) || (!read && cli_is_stdout(path)) ||
		    (!read && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))))) {
		identity->known = true;
		identity->device = st.st_dev;
		identity->inode = st.st_ino;
	}
}

void cli_file(const struct cli_tool *tool, enum cli_use use, const char *what,
	      const char *path)
{
	if (path == NULL || *path == '\0')
		return;
	files = cli_grow(tool, files, file_count, sizeof *files);
	struct used_file *file = &files[file_count++];
	if (use == CLI_REPLACE && cli_is_stdout(path))
		use = CLI_WRITE;
	*file = (struct used_file){.use = use, .what = what, .path = path};
	identify(&file->identity, use, path);
}

static bool same(const struct identity *a, const struct identity *b)
{
	return a->known && b->known && a->device == b->device &&
	       a->inode == b->inode && strcmp(a->name, b->name) == 0;
}

static bool may_be_same(enum cli_use a, enum cli_use b)
{
	return (is_read(a) && is_read(b)) ||
	       (a == CLI_READ_FIRST && b == CLI_REPLACE) ||
	       (a == CLI_REPLACE && b == CLI_READ_FIRST);
}

static void check_stdin(const struct cli_tool *tool)
{
	const struct used_file *reader = NULL;
	for (size_t i = 0; i < file_count; i++) {
		if (!is_read(files[i].use) || !cli_is_stdin(files[i].path))
			continue;
		if (reader != NULL)
			cli_usage(tool, "%s and %s: standard input is read once, "
					"and here twice; name a file",
				  reader->what, files[i].what);
		reader = &files[i];
	}
}

void cli_files_check(const struct cli_tool *tool)
{
	check_stdin(tool);
	for (size_t i = 0; i < file_count; i++)
		for (size_t j = 0; j < i; j++)
			if (!may_be_same(files[i].use, files[j].use) &&
			    same(&files[i].identity, &files[j].identity))
				cli_usage(tool,
					  "%s and %s are the same file: '%s'",
					  files[j].what, files[i].what,
					  files[i].path);
	free(files);
	files = NULL;
	file_count = 0;
}

bool cli_is_stdout(const char *path)
{
	return strcmp(path, "/dev/stdout") == 0;
}

bool cli_is_stdin(const char *path)
{
	static const char *const names[] = {"-", "/dev/stdin", "/dev/fd/0",
					    "/proc/self/fd/0"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(path, names[i]) == 0)
			return true;
	return false;
}
