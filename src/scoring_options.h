/* Options of the programs that score: which seeds of a list count, users who come later,
 * and a device. */
#ifndef RALM_SCORING_OPTIONS_H
#define RALM_SCORING_OPTIONS_H

#include "cli.h"

#include <ralm.h>

/* ---- --seeds-num, --clusters, --clusters-above --------------------------- */

extern uint64_t seeds_option_num, seeds_clusters, seeds_clusters_above;

/* Of the table of options: the modes in which lists are read, and those in which they are
 * compared. */
#define SEEDS_OPTIONS(read, compared)                                        \
	{CLI_COUNT, "seeds-num", 0, "N",                                     \
	 "most seeds of a list that are used, 0: all (default: the model's)", \
	 .value = &seeds_option_num, .max = 2147483647, .modes = (read)},    \
	{CLI_COUNT, "clusters", 0, "K",                                      \
	 "compare long lists by K centroids", .value = &seeds_clusters,      \
	 .min = 1, .max = 2147483647, .modes = (compared)},                  \
	{CLI_COUNT, "clusters-above", 0, "N",                                \
	 "long: of more than N known seeds, 0: none is",                     \
	 .value = &seeds_clusters_above, .max = 2147483647, .modes = (compared)}

/* --seeds-num as the library takes it: 0 where it was not given, RALM_ALL_SEEDS for
 * its 0. After cli_parse. */
uint64_t seeds_most(const struct cli_tool *tool);

/* ---- --users, --users-known ---------------------------------------------- */

extern const char *users_path; /* NULL: none */
extern int users_known;

/* Of the table of options: the modes in which users are read. */
#define USERS_OPTIONS(read)                                                  \
	{CLI_HEADING, .help = "Users who come later:"},                      \
	{CLI_STRING, "users", 0, "FILE",                                     \
	 "what is known of users, by which they have a vector",              \
	 .value = &users_path, .modes = (read)},                             \
	{CLI_CHOICE, "users-known",                                          \
	 .help = "whose vector users have whom both know",                   \
	 .value = &users_known, .choices = "model|file|both", /* the enum */ \
	 .modes = (read), .needs = "users"}

/* Has the scorer read the file, if one was given; or ends the program. */
void users_read(const struct cli_tool *tool, struct ralm_scorer *scorer);

/* Says how many users are known by the file alone, if any. */
void users_say(const struct cli_tool *tool, uint64_t count);

/* ---- --device ------------------------------------------------------------ */

extern const char *device_name; /* NULL: not given */

/* Opens the devices for the scorer, or ends the program, and says which they are
 * unless `quiet`, after the words `what` ("comparing on"). */
void device_open(const struct cli_tool *tool, struct ralm_scorer *scorer,
		 enum ralm_device_use use, const char *what, bool quiet);

#endif
