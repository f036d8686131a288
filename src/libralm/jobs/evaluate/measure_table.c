#include "jobs/evaluate/measure_table.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- text -------------------------------------------------------------- */

static void put_heads(struct ralm_writer *writer, const char *const *names,
		      size_t count)
{
	ralm_writer_put_text(writer, "measure");
	for (size_t i = 0; i < count; i++) {
		ralm_writer_put_char(writer, '\t');
		ralm_writer_put_printable(writer, names[i]);
	}
	ralm_writer_put_char(writer, '\n');
}

/* Every name that one of the evaluations has: what they are asked for is the same, and
 * groups and weights are there or not. */
static int list_rows(struct ralm_measure_list *rows,
		     const struct ralm_evaluation *const *evaluations,
		     size_t count, struct ralm_error *err)
{
	struct ralm_evaluation any = *evaluations[0];
	for (size_t i = 0; i < count; i++) {
		any.grouped = any.grouped || evaluations[i]->grouped;
		any.weighted = any.weighted || evaluations[i]->weighted;
		if (evaluations[i]->bootstrap.count > any.bootstrap.count)
			any.bootstrap = evaluations[i]->bootstrap;
	}
	return ralm_evaluation_list(rows, &any, err);
}

/* next (count): 0, the place in each list. */
static void put_rows(struct ralm_writer *writer,
		     const struct ralm_measure_list *rows,
		     const struct ralm_evaluation *const *evaluations,
		     size_t *next, size_t count)
{
	for (size_t r = 0; r < rows->count; r++) {
		const char *name = rows->measures[r].name;
		ralm_writer_put_text(writer, name);
		for (size_t i = 0; i < count; i++) {
			const struct ralm_measure_list *list =
				&evaluations[i]->list;
			ralm_writer_put_char(writer, '\t');
			if (next[i] < list->count &&
			    strcmp(list->measures[next[i]].name, name) == 0)
				ralm_measure_put(writer,
						 &list->measures[next[i]++]);
			else
				ralm_writer_put_text(writer, "nan");
		}
		ralm_writer_put_char(writer, '\n');
	}
}

int ralm_evaluations_put_text(struct ralm_writer *writer,
			      const struct ralm_evaluation *const *evaluations,
			      const char *const *names, size_t count,
			      struct ralm_error *err)
{
	struct ralm_measure_list rows;
	size_t *next = ralm_aligned_new(count, sizeof *next, err);
	if (next == NULL)
		return -1;
	int result = list_rows(&rows, evaluations, count, err);
	if (result == 0) {
		put_heads(writer, names, count);
		put_rows(writer, &rows, evaluations, next, count);
		free(rows.measures);
	}
	free(next);
	return result;
}

/* ---- JSON -------------------------------------------------------------- */

void ralm_evaluations_put_json(struct ralm_writer *writer,
			       const struct ralm_evaluation *const *evaluations,
			       const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ralm_writer_put_text(writer, i ? ",\n{" : "[{");
		ralm_writer_put_text(writer, "\n  \"file\": ");
		ralm_writer_put_quoted(writer, names[i]);
		ralm_writer_put_char(writer, ',');
		ralm_evaluation_put_members(writer, evaluations[i]);
		ralm_writer_put_text(writer, "\n}");
	}
	ralm_writer_put_text(writer, "]\n");
}
