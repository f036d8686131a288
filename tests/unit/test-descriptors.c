/* A failed call leaves the descriptors that it found, and no other, whether
 * standard input is open or closed. */
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

/* In a process of its own: 0 where the same files are open behind the call. */
static int changes(int (*call)(void), bool closed)
{
	struct open_files before, after;
	int status;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		if (closed)
			close(0);
		look(&before);
		call();
		look(&after);
		_exit(memcmp(&before, &after, sizeof before) != 0);
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
			check(changes(failing[i].call, closed) == 0,
			      "%s%s", failing[i].name,
			      closed ? ", standard input closed" : "");
	}
	uneven_folder_remove();
	return check_done();
}
