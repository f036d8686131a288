#include "ground/used_files.h"

#include "ground/atomic_file.h"
#include "ground/memory.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
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

struct ralm_used_file {
	enum ralm_file_use use;
	const char *what, *path;
	struct identity identity;
};

/* ---- which file it is ---------------------------------------------------- */

static void know(struct identity *identity, const struct stat *st)
{
	identity->known = true;
	identity->device = st->st_dev;
	identity->inode = st->st_ino;
}

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
	know(identity, &st);
}

static bool is_read(enum ralm_file_use use)
{
	return use == RALM_FILE_READ || use == RALM_FILE_READ_FIRST;
}

static void identify(struct identity *identity, enum ralm_file_use use,
		     const char *path)
{
	const bool read = is_read(use), to_stdout = !read && ralm_is_stdout(path);
	struct stat st;
	int failed;
	if (read && strcmp(path, "-") == 0)
		failed = fstat(STDIN_FILENO, &st);
	else if (ralm_is_stdout(path))
		failed = fstat(STDOUT_FILENO, &st);
	else
		failed = stat(path, &st);
	if (failed && errno == ENOENT)
		identify_new(identity, path);
	else if (!failed &&
		 (S_ISREG(st.st_mode) || to_stdout ||
		  (!read && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))))
		know(identity, &st);
}

static bool same(const struct identity *a, const struct identity *b)
{
	return a->known && b->known && a->device == b->device &&
	       a->inode == b->inode && strcmp(a->name, b->name) == 0;
}

/* ---- what is used -------------------------------------------------------- */

/* A new file, whose identity is not known yet; NULL: memory ran out. */
static struct ralm_used_file *note(struct ralm_used_files *used,
				   enum ralm_file_use use, const char *what,
				   const char *path)
{
	if (RALM_RESERVE(used->files, used->capacity, used->count + 1, NULL) != 0) {
		used->incomplete = true;
		return NULL;
	}
	struct ralm_used_file *file = &used->files[used->count++];
	*file = (struct ralm_used_file){.use = use, .what = what, .path = path};
	return file;
}

void ralm_use_file(struct ralm_used_files *used, enum ralm_file_use use,
		   const char *what, const char *path)
{
	if (path == NULL || *path == '\0')
		return;
	if (use == RALM_FILE_REPLACE && ralm_is_stdout(path))
		use = RALM_FILE_WRITE;
	struct ralm_used_file *file = note(used, use, what, path);
	if (file != NULL)
		identify(&file->identity, use, path);
}

void ralm_use_inputs(struct ralm_used_files *used, const char *const *paths,
		     size_t count)
{
	if (count == 0)
		ralm_use_file(used, RALM_FILE_READ, "stdin", "-");
	for (size_t i = 0; i < count; i++)
		ralm_use_file(used, RALM_FILE_READ, "FILE", paths[i]);
}

void ralm_use_descriptor(struct ralm_used_files *used, int fd, const char *name)
{
	struct ralm_used_file *file = note(used, RALM_FILE_WRITE, name, name);
	struct stat st;
	if (file != NULL && fstat(fd, &st) == 0)
		know(&file->identity, &st);
}

void ralm_use_version(struct ralm_used_files *used, const char *what,
		      const struct ralm_file_version *version)
{
	struct ralm_used_file *file = note(used, RALM_FILE_READ, what, what);
	if (file != NULL)
		file->identity = (struct identity){.known = version->regular,
						   .device = version->device,
						   .inode = version->inode};
}

/* ---- whether it may be --------------------------------------------------- */

static bool may_be_same(enum ralm_file_use a, enum ralm_file_use b)
{
	return (is_read(a) && is_read(b)) ||
	       (a == RALM_FILE_READ_FIRST && b == RALM_FILE_REPLACE) ||
	       (a == RALM_FILE_REPLACE && b == RALM_FILE_READ_FIRST);
}

static int check_stdin(const struct ralm_used_files *used, struct ralm_error *err)
{
	const struct ralm_used_file *reader = NULL;
	for (size_t i = 0; i < used->count; i++) {
		const struct ralm_used_file *file = &used->files[i];
		if (!is_read(file->use) || !ralm_is_stdin(file->path))
			continue;
		if (reader != NULL)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "%s and %s: standard input is read once, "
					      "and here twice; name a file",
					      reader->what, file->what);
		reader = file;
	}
	return 0;
}

int ralm_used_files_check(const struct ralm_used_files *used,
			  struct ralm_error *err)
{
	const struct ralm_used_file *files = used->files;
	if (used->incomplete)
		return ralm_error_memory(err, sizeof *files);
	if (check_stdin(used, err) != 0)
		return -1;
	for (size_t i = 0; i < used->count; i++)
		for (size_t j = 0; j < i; j++)
			if (!may_be_same(files[i].use, files[j].use) &&
			    same(&files[i].identity, &files[j].identity))
				return ralm_error_set(
					err, RALM_ERROR_CONFIG,
					"%s and %s are the same file: '%s'",
					files[j].what, files[i].what,
					files[i].path);
	return 0;
}

int ralm_used_files_settle(struct ralm_used_files *used, struct ralm_error *err)
{
	const int result = ralm_used_files_check(used, err);
	ralm_used_files_release(used);
	return result;
}

bool ralm_used_files_read(const struct ralm_used_files *used, const char *path)
{
	struct identity there = {.known = false};
	identify(&there, RALM_FILE_REPLACE, path);
	for (size_t i = 0; i < used->count; i++)
		if (is_read(used->files[i].use) &&
		    same(&used->files[i].identity, &there))
			return true;
	return false;
}

bool ralm_is_stdin(const char *path)
{
	static const char *const names[] = {"-", "/dev/stdin", "/dev/fd/0",
					    "/proc/self/fd/0"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(path, names[i]) == 0)
			return true;
	return false;
}

void ralm_used_files_release(struct ralm_used_files *used)
{
	free(used->files);
	memset(used, 0, sizeof *used);
}
