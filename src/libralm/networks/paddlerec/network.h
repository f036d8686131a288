/* The network: a pure function of a batch's users X (U,D) and the dense
 * parameters. Scores out; back come dX and the dense gradients. It touches
 * neither the table nor the optimizer.
 *
 * Work is cut into blocks whose size depends on the batch alone, and sums have
 * a fixed order: the same input gives the same bits whatever the number of
 * threads.
 *
 * Source: Liu et al. 2019, sections 3.2 and 3.3; PaddleRec look-alike_recall
 * model.py, net() (lines 64-125), with the differences that ralm(7) lists. */
#ifndef RALM_MODEL_NETWORK_H
#define RALM_MODEL_NETWORK_H

#include <stdbool.h>

#include "settings/config.h"
#include "ground/memory.h"
#include "samples/batch.h"
#include "kernels/layers.h"
#include "networks/parameters.h"

/* Rows of a list's P = softmax_rows(A·Sᵀ) at a time. Few lists are longer and
 * pay with a second product per block; their P takes less than their rows. */
enum { RALM_LIST_BLOCK = 512 };

struct ralm_network {
	size_t D, H;
	enum ralm_loss loss;
	ralm_real margin;
	bool learn_scale; /* gradients of scale and bias; else they are 0 */
	unsigned threads;
	size_t list_block; /* RALM_LIST_BLOCK */
	const struct ralm_layers *layers;
	struct ralm_arena arena; /* for one call */
};

void ralm_network_init(struct ralm_network *network, size_t D, size_t H,
		       enum ralm_loss loss, double margin, bool learn_scale,
		       unsigned threads);
void ralm_network_release(struct ralm_network *network);

/* cosine (B): of each sample's seeds tower and target tower, in [-1, 1]. */
int ralm_network_forward(ralm_real *cosine, struct ralm_network *network,
			 const struct ralm_parameters *parameters,
			 const ralm_real *X, const struct ralm_batch *batch,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Forward and backward in one: cosine (B) as above; *loss is the sum of the
 * samples' losses; dX (U,D) and gradient are set to the gradient of that sum
 * (PaddleRec sums too, model.py line 110). gradient has the shapes of
 * parameters. */
int ralm_network_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			  struct ralm_parameters *gradient,
			  struct ralm_network *network,
			  const struct ralm_parameters *parameters,
			  const ralm_real *X, const struct ralm_batch *batch,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* score = sigmoid(scale · cosine + bias), a probability. */
double ralm_network_score(const struct ralm_parameters *parameters,
			  double cosine);

#endif
