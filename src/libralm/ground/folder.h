/* Folders that files are put into so that they survive a power cut. */
#ifndef RALM_GROUND_FOLDER_H
#define RALM_GROUND_FOLDER_H

#include <stdbool.h>

#include "ground/error.h"

/* Makes the folder if it does not exist (its parent must) and tries to sync the
 * parent. Fails where no file could be created in it: before the work and not
 * after it. */
int ralm_folder_make(const char *path, struct ralm_error *err) RALM_MUST_CHECK;

/* Whether a file of that path, which need not exist, lies in the folder. False where
 * there is no such folder. */
bool ralm_folder_holds(const char *folder, const char *path);

/* Syncs the folder that a path is in, so that a rename to that path outlives a
 * power cut. Returns 0, or -1 with errno. */
int ralm_folder_sync(const char *path) RALM_MUST_CHECK;

#endif
