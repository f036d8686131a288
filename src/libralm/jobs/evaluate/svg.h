/* The pictures of the report: inline SVG whose colours come from the page's
 * style sheet (classes axis, grid, guide, line, area, point; one and
 * zero for the labels). Where there are other scores each picture has both: the
 * other curve in the colour of zero, and its histograms as broken lines. */
#ifndef RALM_JOBS_EVALUATE_SVG_H
#define RALM_JOBS_EVALUATE_SVG_H

#include "jobs/evaluate/evaluate.h"

void ralm_svg_put_roc(struct ralm_writer *writer,
		      const struct ralm_evaluation *evaluation);
void ralm_svg_put_pr(struct ralm_writer *writer,
		     const struct ralm_evaluation *evaluation);
void ralm_svg_put_calibration(struct ralm_writer *writer,
			      const struct ralm_evaluation *evaluation);
void ralm_svg_put_histogram(struct ralm_writer *writer,
			    const struct ralm_evaluation *evaluation);

#endif
