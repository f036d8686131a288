/* nonblocking COMMAND [ARG...]: runs the command with standard input, output and
 * error non-blocking, as they are where another program made them so. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0) {
			perror("nonblocking");
			return 127;
		}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
