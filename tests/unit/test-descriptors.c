/* A call leaves the descriptors that it found, and no other, whether it fails or
 * not and whether standard input is open or closed. */
#include "failing.h"

enum { MOST = 64 };

struct open_files {
	bool open[MOST];
	dev_t device[MOST];
	ino_t inode[MOST];
};

static void look(struct open_files *files)
{
	struct stat st;
	memset(files, 0, sizeof *files);
	for (int fd = 0; fd < MOST; fd++)
		if (fcntl(fd, F_GETFD) >= 0 && fstat(fd, &st) == 0) {
			files->open[fd] = true;
			files->device[fd] = st.st_dev;
			files->inode[fd] = st.st_ino;
		}
}

/* ---- calls that do not fail ------------------------------------------------ */

static int fit_well(void)
{
	struct ralm_fit_summary summary;
	const struct ralm_fit_options options = {.output = "m.bin",
						 .validate = "s.txt"};
	struct ralm_config config;
	const char *path = "s.txt";
	uneven_config(&config);
	strcpy(config.save_checkpoint_path, "kept");
	config.save_checkpoint_interval = 1;
	return ralm_fit(&summary, &config, &path, 1, &options, NULL);
}

/* The first of two files, and a line of the second. */
static int read_in_part(void)
{
	static const char *const paths[] = {"one", "s.txt"};
	struct ralm_reader reader;
	char *line;
	size_t length;
	put("one", "a line");
	int got = ralm_reader_open(&reader, paths, 2, NULL);
	for (int i = 0; i < 2 && got >= 0; i++)
		got = ralm_reader_next(&reader, &line, &length, NULL);
	ralm_reader_release(&reader);
	return got == 1 ? 0 : -1;
}

static int write_twice(void)
{
	struct ralm_atomic_file file;
	if (ralm_atomic_open(&file, "made", NULL) != 0)
		return -1;
	ralm_atomic_abort(&file);
	return ralm_atomic_open(&file, "made", NULL) == 0
		       ? ralm_atomic_commit(&file, NULL)
		       : -1;
}

static const struct {
	const char *name;
	int (*call)(void);
} working[] = {
	{"training, validated, with checkpoints", fit_well},
	{"reading in part", read_in_part},
	{"a file given up, a file made", write_twice},
};

/* ---- and those that do ----------------------------------------------------- */

/* In a process of its own: 0 where the same files are open behind the call,
 * which fails or does not. */
static int changes(int (*call)(void), bool fails, bool closed)
{
	struct open_files before, after;
	int status;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		if (closed)
			close(0);
		look(&before);
		int result = call();
		look(&after);
		_exit(memcmp(&before, &after, sizeof before) != 0 ||
		      (result != 0) != fails);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

int main(void)
{
	failing_files();
	for (int fd = 20; fd < 43; fd += 3)
		dup2(1, fd);
	for (int closed = 0; closed < 2; closed++) {
		if (!closed && (close(0), open("/dev/null", O_RDONLY) != 0))
			uneven_die("/dev/null");
		for (size_t i = 0; i < sizeof failing / sizeof *failing; i++)
			check(changes(failing[i].call, true, closed) == 0,
			      "%s fails%s", failing[i].name,
			      closed ? ", standard input closed" : "");
		for (size_t i = 0; i < sizeof working / sizeof *working; i++)
			check(changes(working[i].call, false, closed) == 0,
			      "%s%s", working[i].name,
			      closed ? ", standard input closed" : "");
	}
	uneven_folder_remove();
	return check_done();
}
