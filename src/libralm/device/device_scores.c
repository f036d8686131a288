#include "device/device_scores.h"

#include "device/device_numbers.h"
#include "device/matmul.h"
#include "ground/memory.h"
#include "kernels/kernels.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* An open device, and its memory for the list whose weights it computes. */
struct worker {
	struct ralm_opencl *device;
	pthread_mutex_t lock;
	struct ralm_opencl_buffer rows; /* (n,2W) */
	struct ralm_opencl_buffer m, w; /* (n) */
	struct ralm_opencl_buffer P;	/* (rows_of_P(n),n) */
};

struct ralm_device_scores {
	size_t count;
	atomic_size_t turn; /* counts lists, which devices take in turn */
	struct worker worker[RALM_DEVICES_MOST];
};

/* ---- opening --------------------------------------------------------------- */

struct ralm_device_scores *ralm_device_scores_open(const char *which,
						   struct ralm_error *err)
{
	size_t number[RALM_DEVICES_MOST], count;
	struct ralm_device_scores *scores;
	if (ralm_device_numbers(number, &count, which, err) != 0)
		return NULL;
	scores = calloc(1, sizeof *scores);
	if (scores == NULL) {
		ralm_error_memory(err, sizeof *scores);
		return NULL;
	}
	while (scores->count < count) {
		const size_t i = scores->count++;
		pthread_mutex_init(&scores->worker[i].lock, NULL);
		scores->worker[i].device = ralm_opencl_open(number[i], err);
		if (scores->worker[i].device == NULL) {
			ralm_device_scores_close(scores);
			return NULL;
		}
	}
	return scores;
}

void ralm_device_scores_close(struct ralm_device_scores *scores)
{
	if (scores != NULL)
		ralm_device_matmul_end();
	for (size_t i = 0; scores != NULL && i < scores->count; i++) {
		struct worker *worker = &scores->worker[i];
		ralm_opencl_free(&worker->rows);
		ralm_opencl_free(&worker->m);
		ralm_opencl_free(&worker->w);
		ralm_opencl_free(&worker->P);
		ralm_opencl_close(worker->device);
		pthread_mutex_destroy(&worker->lock);
	}
	free(scores);
}

const struct ralm_device *
ralm_device_scores_at(const struct ralm_device_scores *scores, size_t i)
{
	return scores != NULL && i < scores->count
		       ? ralm_opencl_about(scores->worker[i].device)
		       : NULL;
}

/* ---- rows on the host -------------------------------------------------------- */

/* Rows (n,width), one behind the other; to be freed. */
static float *gather(const float *const *row, size_t n, size_t width,
		     struct ralm_error *err)
{
	float *to = ralm_aligned_new(n, width * sizeof *to, err);
	for (size_t i = 0; to != NULL && i < n; i++)
		memcpy(to + i * width, row[i], width * sizeof *to);
	return to;
}

/* to (n) = x (n), or where x is NULL `otherwise`. */
static void copy_or_fill(float *to, const float *x, float otherwise, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = x != NULL ? x[i] : otherwise;
}

/* ---- weights ----------------------------------------------------------------- */

/* How many rows of P a device computes at a time: P takes 64 MB at most, unless n is so
 * large that the least number of rows takes more. */
static size_t rows_of_P(size_t n)
{
	enum { NUMBERS = 1 << 24, MOST = 1024, LEAST = 16 };
	const size_t rows = NUMBERS / n;
	return rows > MOST ? MOST : rows < LEAST ? LEAST : rows;
}

/* Queues w (n) = the sum of the rows m_i softmax(A_i·Sᵀ) of P, some of them at a time. */
static void queue_weights(struct worker *worker, const float *rows, const float *m,
			  size_t n, size_t width)
{
	struct ralm_opencl *device = worker->device;
	const size_t most = rows_of_P(n), stride = 2 * width;
	ralm_opencl_room(&worker->rows, device, n * stride, sizeof(float));
	ralm_opencl_room(&worker->m, device, n, sizeof(float));
	ralm_opencl_room(&worker->w, device, n, sizeof(float));
	ralm_opencl_room(&worker->P, device, (most < n ? most : n) * n,
			 sizeof(float));
	ralm_opencl_write(&worker->rows, rows, n * stride * sizeof(float), device);
	ralm_opencl_write(&worker->m, m, n * sizeof(float), device);
	for (size_t first = 0; first < n; first += most) {
		const size_t count = n - first < most ? n - first : most;
		const struct ralm_device_matrix
			A = {&worker->rows, first * stride + width, stride},
			S = {&worker->rows, 0, stride};
		ralm_device_matmul_nt(device, ralm_matrix(&worker->P, 0), A, S, count,
				      n, width, false);
		RALM_RUN(device, weighted_softmax, count, RALM_BUFFER(worker->P),
			 RALM_BUFFER(worker->m), RALM_LONG(first), RALM_LONG(n));
		RALM_RUN(device, sum_columns, ralm_opencl_groups(n),
			 RALM_BUFFER(worker->w), RALM_BUFFER(worker->P),
			 RALM_INTEGER(first > 0), RALM_LONG(count),
			 RALM_LONG(n));
	}
}

int ralm_device_weights(float *w, struct ralm_device_scores *scores,
			const float *const *seed, const float *m, size_t n,
			size_t width, struct ralm_error *err)
{
	struct worker *worker =
		&scores->worker[atomic_fetch_add(&scores->turn, 1) % scores->count];
	float *rows = gather(seed, n, 2 * width, err);
	float *m_or_1 = rows != NULL ? ralm_aligned_new(n, sizeof *m_or_1, err)
				     : NULL;
	int result = -1;
	if (m_or_1 != NULL) {
		copy_or_fill(m_or_1, m, 1, n);
		pthread_mutex_lock(&worker->lock);
		queue_weights(worker, rows, m_or_1, n, width);
		ralm_opencl_read(w, &worker->w, n * sizeof *w, worker->device);
		result = ralm_opencl_finish(worker->device, err);
		pthread_mutex_unlock(&worker->lock);
	}
	free(rows);
	free(m_or_1);
	return result;
}

/* ---- lists ------------------------------------------------------------------- */

/* A list on a device. */
struct sent_list {
	struct ralm_opencl_buffer S;	   /* (n,W) */
	struct ralm_opencl_buffer numbers; /* m (n), w (n), g (W) */
};

/* A device's copy of the lists, and room for a block of targets. */
struct lists_copy {
	struct sent_list *list;		  /* (lists) */
	struct ralm_opencl_buffer target; /* (targets,2W) */
	struct ralm_opencl_buffer p;	  /* (targets,n), of one list after the other */
	struct ralm_opencl_buffer V;	  /* (targets,W) */
	struct ralm_opencl_buffer c;	  /* (lists,targets) */
};

struct ralm_device_lists {
	struct ralm_device_scores *scores;
	size_t count, width;
	double alpha;
	size_t *n; /* (count) seeds of each */
	struct lists_copy copy[RALM_DEVICES_MOST]; /* of each device */
};

static int send_list(struct ralm_device_lists *lists, size_t l,
		     const struct ralm_device_list *list, struct ralm_error *err)
{
	const size_t n = list->n, W = lists->width, numbers = 2 * n + W;
	float *S = gather(list->seed, n, W, err);
	float *all = S != NULL ? ralm_aligned_new(numbers, sizeof *all, err)
			       : NULL;
	int result = all != NULL ? 0 : -1;
	if (all != NULL) {
		copy_or_fill(all, list->m, 1, n);
		copy_or_fill(all + n, list->w, 0, n);
		copy_or_fill(all + 2 * n, list->g, 0, W);
	}
	lists->n[l] = n;
	for (size_t i = 0; i < lists->scores->count && result == 0; i++) {
		struct ralm_opencl *device = lists->scores->worker[i].device;
		struct sent_list *sent = &lists->copy[i].list[l];
		ralm_opencl_room(&sent->S, device, n * W, sizeof *S);
		ralm_opencl_room(&sent->numbers, device, numbers, sizeof *all);
		ralm_opencl_write(&sent->S, S, n * W * sizeof *S, device);
		ralm_opencl_write(&sent->numbers, all, numbers * sizeof *all,
				  device);
		result = ralm_opencl_finish(device, err);
	}
	free(S);
	free(all);
	return result;
}

/* Room on a device for as many targets as are compared at a time. */
static int make_room(struct lists_copy *copy, struct ralm_opencl *device,
		     const struct ralm_device_lists *lists, size_t targets,
		     struct ralm_error *err)
{
	size_t longest = 0;
	for (size_t l = 0; l < lists->count; l++)
		longest = longest > lists->n[l] ? longest : lists->n[l];
	ralm_opencl_room(&copy->target, device, targets * 2 * lists->width,
			 sizeof(float));
	ralm_opencl_room(&copy->p, device, targets * longest, sizeof(float));
	ralm_opencl_room(&copy->V, device, targets * lists->width,
			 sizeof(float));
	ralm_opencl_room(&copy->c, device, targets * lists->count,
			 sizeof(float));
	return ralm_opencl_finish(device, err);
}

struct ralm_device_lists *
ralm_device_lists_new(struct ralm_device_scores *scores,
		      const struct ralm_device_list *list, size_t count,
		      size_t width, double alpha, size_t targets,
		      struct ralm_error *err)
{
	struct ralm_device_lists *lists = calloc(1, sizeof *lists);
	if (lists == NULL) {
		ralm_error_memory(err, sizeof *lists);
		return NULL;
	}
	*lists = (struct ralm_device_lists){.scores = scores,
					    .count = count,
					    .width = width,
					    .alpha = alpha};
	lists->n = ralm_aligned_new(count, sizeof *lists->n, err);
	bool right = lists->n != NULL;
	for (size_t i = 0; i < scores->count && right; i++) {
		lists->copy[i].list = ralm_aligned_new(
			count, sizeof *lists->copy[i].list, err);
		right = lists->copy[i].list != NULL;
	}
	for (size_t l = 0; l < count && right; l++)
		right = send_list(lists, l, &list[l], err) == 0;
	for (size_t i = 0; i < scores->count && right; i++)
		right = make_room(&lists->copy[i], scores->worker[i].device, lists,
				  targets, err) == 0;
	if (right)
		return lists;
	ralm_device_lists_free(lists);
	return NULL;
}

void ralm_device_lists_free(struct ralm_device_lists *lists)
{
	for (size_t i = 0; lists != NULL && i < lists->scores->count; i++) {
		struct lists_copy *copy = &lists->copy[i];
		if (ralm_device_lists_end(lists, i, NULL) != 0)
			(void)0; /* told before; nothing is at work any more */
		for (size_t l = 0; copy->list != NULL && l < lists->count; l++) {
			ralm_opencl_free(&copy->list[l].S);
			ralm_opencl_free(&copy->list[l].numbers);
		}
		free(copy->list);
		ralm_opencl_free(&copy->target);
		ralm_opencl_free(&copy->p);
		ralm_opencl_free(&copy->V);
		ralm_opencl_free(&copy->c);
	}
	if (lists != NULL)
		free(lists->n);
	free(lists);
}

/* Queues the cosines (count) of list l with the targets, on device i. */
static void compare(const struct ralm_device_lists *lists, size_t i, size_t l,
		    size_t count)
{
	const struct lists_copy *copy = &lists->copy[i];
	const struct sent_list *list = &copy->list[l];
	struct ralm_opencl *device = lists->scores->worker[i].device;
	const size_t n = lists->n[l], W = lists->width;
	const struct ralm_device_matrix p = {&copy->p, 0, 0}, S = {&list->S, 0, 0},
					q = {&copy->target, W, 2 * W};
	ralm_device_matmul_nt(device, p, q, S, count, n, W, false);
	RALM_RUN(device, target_weights, count, RALM_BUFFER(copy->p),
		 RALM_BUFFER(list->numbers), RALM_LONG(n));
	ralm_device_matmul(device, ralm_matrix(&copy->V, 0), p, S, count, W, n,
			   false);
	RALM_RUN(device, target_cosines, count, RALM_BUFFER(copy->c),
		 RALM_LONG(l * count), RALM_BUFFER(copy->V),
		 RALM_BUFFER(copy->target), RALM_BUFFER(list->numbers),
		 RALM_LONG(n), RALM_FLOAT(lists->alpha),
		 RALM_FLOAT(RALM_ZERO_NORM), RALM_INTEGER(W));
}

void ralm_device_lists_begin(float *cosine, struct ralm_device_lists *lists,
			     size_t i, const float *target, size_t count)
{
	struct lists_copy *copy = &lists->copy[i];
	struct ralm_opencl *device = lists->scores->worker[i].device;
	ralm_opencl_write(&copy->target, target,
			  count * 2 * lists->width * sizeof *target, device);
	for (size_t l = 0; l < lists->count; l++)
		compare(lists, i, l, count);
	ralm_opencl_read(cosine, &copy->c,
			 lists->count * count * sizeof *cosine, device);
	ralm_opencl_flush(device);
}

int ralm_device_lists_end(struct ralm_device_lists *lists, size_t i,
			  struct ralm_error *err)
{
	return ralm_opencl_finish(lists->scores->worker[i].device, err);
}
