/* Every call may be made without a place for its error. */
#include "failing.h"

int main(void)
{
	failing_files();
	for (size_t i = 0; i < sizeof failing / sizeof *failing; i++)
		check(failing[i].call() == -1, "%s", failing[i].name);
	uneven_folder_remove();
	return check_done();
}
