/* Pieces of HTML for reports. */
#ifndef RALM_FORMATS_HTML_H
#define RALM_FORMATS_HTML_H

#include "formats/lines.h"

/* Markup, as it is. */
void ralm_html_put(struct ralm_writer *writer, const char *markup);

/* Text from outside: nothing in it is markup, control characters become '?'. */
void ralm_html_put_escaped(struct ralm_writer *writer, const char *text);

/* 1234567 as 1 234 567, with narrow spaces that do not break. */
void ralm_html_put_count(struct ralm_writer *writer, uint64_t count);

/* A number with that many decimals; where that would be too long or show few digits,
 * with as many digits and an exponent; "undefined" for NaN. What follows the whole
 * part stands in <i>, so that columns align at the point. */
void ralm_html_put_real(struct ralm_writer *writer, double value, int decimals);

#endif
