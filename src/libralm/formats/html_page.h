/* A page of HTML that needs no network, no scripts and no fonts: tiles with a number
 * each, plots and tables, in light or dark colours. Headings, captions and notes are
 * markup. */
#ifndef RALM_FORMATS_HTML_PAGE_H
#define RALM_FORMATS_HTML_PAGE_H

#include "formats/html.h"

/* Writes a page up to its first heading. Its title is "WHAT of SOURCE" and the heading
 * SOURCE; where source is NULL they are WHAT and `heading`. source is text from outside,
 * and escaped. */
void ralm_page_begin(struct ralm_writer *writer, const char *what,
		     const char *source, const char *heading);

/* How a page was made. This stands at its foot, with the version and the time: that of
 * SOURCE_DATE_EPOCH, if the environment has one, else now. The texts are escaped, but
 * for program. */
struct ralm_page_origin {
	const char *program;
	const char *command; /* the whole command line; NULL: not known */
	const char *digest;  /* of the model; NULL or "": there is none */
};
void ralm_page_end(struct ralm_writer *writer,
		   const struct ralm_page_origin *origin);

/* A tile: a heading, a number, `sign` before it ("" for none), and below it what is
 * written until the tile is ended. */
void ralm_page_begin_tile(struct ralm_writer *writer, const char *title,
			  const char *sign, double value);
void ralm_page_end_tile(struct ralm_writer *writer);

/* A whole tile, whose note is markup, with a number (no tile where that is NaN), with
 * a count, or with markup in place of a number. */
void ralm_page_put_tile(struct ralm_writer *writer, const char *title,
			double value, const char *note);
void ralm_page_put_count_tile(struct ralm_writer *writer, const char *title,
			      uint64_t count, const char *note);
void ralm_page_put_text_tile(struct ralm_writer *writer, const char *title,
			     const char *text, const char *note);

/* A cell of a table with a number, or a dash for NaN. extra: narrow pages leave the
 * column out. */
void ralm_page_put_cell(struct ralm_writer *writer, double value, int decimals,
			bool extra);

/* A figure: a heading and a caption, and below them the picture that is written until
 * the figure is ended. */
void ralm_page_begin_plot(struct ralm_writer *writer, const char *title,
			  const char *caption);
void ralm_page_end_plot(struct ralm_writer *writer);

#endif
