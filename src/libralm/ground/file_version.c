#include "ground/file_version.h"

#include <string.h>

struct ralm_file_version ralm_file_version_of(const char *path)
{
	struct stat st;
	struct ralm_file_version version;
	memset(&version, 0, sizeof version);
	if (stat(path, &st) != 0)
		return version;
	version.device = st.st_dev;
	version.inode = st.st_ino;
	version.size = st.st_size;
#if defined __APPLE__
	version.modified = st.st_mtimespec;
#else
	version.modified = st.st_mtim;
#endif
	version.regular = S_ISREG(st.st_mode);
	version.once = !version.regular && !S_ISDIR(st.st_mode);
	return version;
}

bool ralm_file_changed(struct ralm_file_version *last, const char *path,
		       bool force)
{
	const struct ralm_file_version now = ralm_file_version_of(path);
	if (now.once ||
	    (!force && (!now.regular || ralm_same_version(&now, last))))
		return false;
	*last = now;
	return true;
}
