/* Roles of the columns of a click log, and the usual names of each in headers:
 * the table in ralm-build-data(1). */
#ifndef RALM_FORMATS_CLICK_NAMES_H
#define RALM_FORMATS_CLICK_NAMES_H

#include <stddef.h>

enum ralm_click_role {
	RALM_CLICK_USER,
	RALM_CLICK_ITEM,
	RALM_CLICK_TIME,
	RALM_CLICK_RATING,
	RALM_CLICK_EVENT,
	RALM_CLICK_ROLES,
	RALM_CLICK_IGNORED = RALM_CLICK_ROLES,
};

enum { RALM_CLICK_NAME_MAX = 40 }; /* bytes of a usual name with all its characters */

/* "user", ..., and "_" for an ignored column. */
const char *ralm_click_role_text(enum ralm_click_role role);

/* The role of that text; -1: none. */
int ralm_click_role_of_text(const char *text, size_t length);

/* The role of a column by its name; RALM_CLICK_IGNORED where that is no usual name.
 * Case does not matter, nor do blanks, _, - and ., nor what follows a colon
 * ("user_id:token"). A name with a comma, or longer than RALM_CLICK_NAME_MAX, is no
 * usual name. */
enum ralm_click_role ralm_click_role_of_name(const char *name, size_t length);

#endif
