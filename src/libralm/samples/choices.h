/* A choice: a click (label 1) and the label-0 samples of the same list, the ones
 * that the click was chosen before. Where one begins is known from labels alone:
 * within a run of samples that share a list, at the run's first sample and at each
 * click but the first of the run. So label-0 samples belong to the click before
 * them, and those before the run's first click to that one.
 *
 *	run       |          list 0         |  list 1 | list 2  |
 *	label     | 0   0   1   0   0   1   | 1   0   | 0   0   |
 *	choice    |         0         | 1   |    2    |    3    |
 *
 * A run cut where a choice begins is runs with the same choices: each part begins
 * with one. A run without a click is one choice. */
#ifndef RALM_SAMPLES_CHOICES_H
#define RALM_SAMPLES_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the next sample of a run begins a choice, the first one excepted.
 * *clicked: whether a sample of the run so far is a click; the call updates it.
 * Set it to false before the first sample of a run, where the call returns
 * false although a choice begins there. */
static inline bool ralm_choice_begins(bool *clicked, int label)
{
	const bool begins = *clicked && label != 0;
	*clicked = *clicked || label != 0;
	return begins;
}

/* The end of the choice that begins at `first`, of a run that ends at `end`. */
static inline size_t ralm_choice_end(const uint8_t *label, size_t first,
				     size_t end)
{
	bool clicked = false;
	size_t s = first;
	while (s < end && !ralm_choice_begins(&clicked, label[s]))
		s++;
	return s;
}

/* The end of as many choices from `first` on, of a run that ends at `end`, as
 * fit into `size` samples; `first` if the first one does not. */
static inline size_t ralm_choices_within(const uint8_t *label, size_t first,
					 size_t end, size_t size)
{
	size_t within = first;
	while (within < end) {
		const size_t next = ralm_choice_end(label, within, end);
		if (next - first > size)
			break;
		within = next;
	}
	return within;
}

#endif
