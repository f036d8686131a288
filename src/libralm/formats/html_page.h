/* A page of HTML that needs nothing else, no network, no scripts, no fonts: tiles with
 * a number each, plots, cards; in light and in dark. Headings, captions and notes are
 * markup. */
#ifndef RALM_FORMATS_HTML_PAGE_H
#define RALM_FORMATS_HTML_PAGE_H

#include "formats/html.h"

/* Up to <main>. The page is called "WHAT of SOURCE", source being a text from
 * outside; NULL: WHAT alone. */
void ralm_page_begin(struct ralm_writer *writer, const char *what,
		     const char *source);

/* How a page was made, which stands at its foot, with the version and the time: that
 * of SOURCE_DATE_EPOCH, if the environment has one, and else now. Texts from outside,
 * but for program. */
struct ralm_page_origin {
	const char *program;
	const char *command; /* the whole command line; NULL: not known */
	const char *digest;  /* of the model; NULL or "": there is none */
};
void ralm_page_end(struct ralm_writer *writer,
		   const struct ralm_page_origin *origin);

/* A tile: a heading, a number with a sign before it or "", and what is put behind
 * until it ends. */
void ralm_page_begin_tile(struct ralm_writer *writer, const char *title,
			  const char *sign, double value);
void ralm_page_end_tile(struct ralm_writer *writer);

/* A whole one, with a line of markup for a note; none where value is NaN. Or with a
 * count, or with a text in place of a number. */
void ralm_page_put_tile(struct ralm_writer *writer, const char *title,
			double value, const char *note);
void ralm_page_put_count_tile(struct ralm_writer *writer, const char *title,
			      uint64_t count, const char *note);
void ralm_page_put_text_tile(struct ralm_writer *writer, const char *title,
			     const char *text, const char *note);

/* A cell of a table with a number, a dash where that is NaN; extra: narrow pages
 * leave the column out. */
void ralm_page_put_cell(struct ralm_writer *writer, double value, int decimals,
			bool extra);

/* A figure, with a picture put behind its caption. */
void ralm_page_begin_plot(struct ralm_writer *writer, const char *title,
			  const char *caption);
void ralm_page_end_plot(struct ralm_writer *writer);

#endif
