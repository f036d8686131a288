/* The options --export, --export-format and --export-ids of ralm-score. */
#ifndef RALM_EXPORT_OPTION_H
#define RALM_EXPORT_OPTION_H

#include "cli.h"

#include <ralm.h>

extern const char *export_path; /* NULL: vectors are not asked for */
extern const char *export_ids;
extern int export_form;

/* Of the table of options. */
#define EXPORT_OPTIONS                                                       \
	{CLI_HEADING, .help = "Vectors for other programs:"},                \
	{CLI_OUTPUT, "export", 0, "FILE",                                    \
	 "write users' vectors, with --seeds those of lists, and exit",      \
	 .value = &export_path},                                             \
	{CLI_CHOICE, "export-format", .help = "how vectors are written",     \
	 .value = &export_form, .choices = "tsv|word2vec|npy"}, /* the enum */ \
	{CLI_OUTPUT, "export-ids", 0, "FILE",                                \
	 "write the ids to FILE, not beside the vectors",                     \
	 .value = &export_ids}

/* Ends the program where an array would go to a terminal. After cli_parse. */
void export_check(const struct cli_tool *tool);

/* Notes the files that are to be written, for cli_files_check. */
void export_files(const struct cli_tool *tool);

/* Writes the vectors, or ends the program; lists, seeds_num: as in struct
 * ralm_export_options. */
void export_vectors(const struct cli_tool *tool, struct ralm_scorer *scorer,
		    const char *lists, uint64_t seeds_num);

#endif
