/* The options --users and --users-known of the programs that score. */
#ifndef RALM_USERS_OPTION_H
#define RALM_USERS_OPTION_H

#include "cli.h"

#include <ralm.h>

extern const char *users_path; /* NULL: none */
extern int users_known;

/* Of the table of options. */
#define USERS_OPTIONS                                                        \
	{CLI_HEADING, .help = "Users who come later:"},                      \
	{CLI_STRING, "users", 0, "FILE",                                     \
	 "what is known of users, by which they have a vector",              \
	 .value = &users_path},                                              \
	{CLI_CHOICE, "users-known",                                          \
	 .help = "whose vector users have whom both know",                   \
	 .value = &users_known, .choices = "model|file|both"} /* as the enum */

/* Has the scorer read the file, if one was given; or ends the program. */
void users_read(const struct cli_tool *tool, struct ralm_scorer *scorer);

/* Says how many users are known by the file alone, if any. */
void users_say(const struct cli_tool *tool, uint64_t count);

#endif
