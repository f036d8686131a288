/* Plots as inline SVG, whose colours come from the style sheet of html_page.h (classes
 * axis, grid, guide, line, area, point; one and zero for what is told apart). Titles
 * are markup. */
#ifndef RALM_FORMATS_SVG_PLOT_H
#define RALM_FORMATS_SVG_PLOT_H

#include "formats/lines.h"

/* The picture, and within it the plot, in pixels. */
enum {
	RALM_SVG_WIDTH = 488,
	RALM_SVG_HEIGHT = 466,
	RALM_SVG_LEFT = 72,
	RALM_SVG_RIGHT = RALM_SVG_WIDTH - 24,
	RALM_SVG_TOP = 10,
	RALM_SVG_BOTTOM = RALM_SVG_HEIGHT - 56
};

/* Ranges, finite and not empty. */
struct ralm_svg_plot {
	struct ralm_writer *writer;
	double x_low, x_high, y_low, y_high;
	bool x_log; /* equal steps of x are equal factors; x_low > 0 */
};

/* The step of about five ticks: 1, 2 or 5 times a power of ten. */
double ralm_svg_tick_step(double low, double high);

/* Begins a picture: the frame with its ticks, and the titles of the axes. title: for
 * those who cannot see it. */
void ralm_svg_begin(const struct ralm_svg_plot *plot, const char *id,
		    const char *title, const char *x_title,
		    const char *y_title);
void ralm_svg_end(const struct ralm_svg_plot *plot);

/* Where a number lies, in pixels; one outside of the range lies at the edge. */
double ralm_svg_x(const struct ralm_svg_plot *plot, double x);
double ralm_svg_y(const struct ralm_svg_plot *plot, double y);

/* Writes markup, cut to 511 bytes, with numbers as in the C locale. */
void ralm_svg_put(const struct ralm_svg_plot *plot, const char *format, ...)
	RALM_PRINTF(2, 3);

/* A dashed line from corner to corner; one at a height; a text in the middle. */
void ralm_svg_put_diagonal(const struct ralm_svg_plot *plot);
void ralm_svg_put_level(const struct ralm_svg_plot *plot, double y);
void ralm_svg_put_note(const struct ralm_svg_plot *plot, const char *text);

/* The points of a path, `every` numbers apart in x and in y, the first one behind
 * `command` ('M' or 'L'); those less than half a pixel from the one before are left
 * out. */
void ralm_svg_put_points(const struct ralm_svg_plot *plot, const double *x,
			 const double *y, size_t every, size_t count,
			 char command);

/* A line through those points (count) whose y is a number, in pieces where others
 * are between; a piece of one point is a dot. class: "one" or "zero". */
void ralm_svg_put_line(const struct ralm_svg_plot *plot, const char *class,
		       const double *x, const double *y, size_t count);

/* A point, and the text (format, up to 127 bytes) that is shown when it is pointed at.
 * class: "one" or "zero". */
void ralm_svg_put_point(const struct ralm_svg_plot *plot, const char *class,
			double x, double y, const char *format, ...)
	RALM_PRINTF(5, 6);

/* A whole picture: two histograms over one range, each of which sums to 1, so that
 * a rare kind is seen, too. */
struct ralm_svg_histogram {
	const char *id, *title, *x_title, *y_title;
	double low, high;
	const double *weight[2]; /* (bins) of zero and of one */
	const double *other[2];  /* to compare, as broken lines; NULL: none */
	int bins;
};
void ralm_svg_put_histograms(struct ralm_writer *writer,
			     const struct ralm_svg_histogram *histogram);

#endif
