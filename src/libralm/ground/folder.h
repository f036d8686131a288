/* Folders that files are put into so that they survive a power cut. */
#ifndef RALM_GROUND_FOLDER_H
#define RALM_GROUND_FOLDER_H

#include "ground/error.h"

/* Makes a folder where there is none (in one that is there) and tries to sync
 * the one it is in; fails where files could not be put into it, so that this is
 * told before the work and not after it. */
int ralm_folder_make(const char *path, struct ralm_error *err) RALM_MUST_CHECK;

/* Syncs the folder that a path is in: what was renamed to that path stays
 * there. Returns 0 or -1 with errno. */
int ralm_folder_sync(const char *path) RALM_MUST_CHECK;

#endif
