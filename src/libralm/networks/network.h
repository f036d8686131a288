/* A network: a pure function of the vectors X (U,D) of a batch's users and the dense
 * parameters. It gives cosines, the loss, dX and the dense gradients, and touches
 * neither the table of users nor the optimizer.
 *
 * Work has three levels. What is done for a user or a list is done once, however many
 * lists or samples use it:
 *
 *	users      u0    u1    u2    u3    u4      distinct; a row of X each
 *	             \    |    /   \    /
 *	lists        list 0        list 1          distinct; users as seeds
 *	            /       \         |
 *	samples  s0, u3   s1, u4   s2, u4          a list, a user as target, a label
 *
 * Scoring keeps what was computed for users and lists (network_scoring.h).
 *
 * The networks are the entries of one table (table.c); optimizer, files, checkpoints
 * and scoring know no more of a network than its entry. Its code is in a folder below
 * this one, where the plain formula (paddlerec/paddlerec_plain.h, and so on) is to be
 * read first.
 *
 * Work is cut into pieces whose size depends on the batch alone, and sums have a fixed
 * order: the same input gives the same bits whatever the number of threads. */
#ifndef RALM_NETWORKS_NETWORK_H
#define RALM_NETWORKS_NETWORK_H

#include <stdbool.h>

#include "ground/memory.h"
#include "ground/threads.h"
#include "kernels/kernels.h"
#include "networks/network_scoring.h"
#include "networks/parameters.h"
#include "networks/plan.h"
#include "settings/config.h"

struct ralm_network;

/* Forward and backward in one call. Sets cosine (B), of each sample's seeds tower and
 * target tower, in [-1, 1]; *loss to the sum of the samples' losses; dX (U,D) and
 * gradient, which has the shapes of parameters, to the gradient of that sum. The
 * gradients of scale and bias are set whether they are learned or not. */
typedef int ralm_network_gradient_function(
	ralm_real *cosine, double *loss, ralm_real *dX,
	struct ralm_parameters *gradient, struct ralm_network *network,
	const struct ralm_parameters *parameters, const ralm_real *X,
	const struct ralm_plan *plan, struct ralm_error *err);

struct ralm_network_kind {
	const char *name; /* in configurations and model files */
	struct ralm_parameter_specs specs;
	ralm_network_gradient_function *gradient;
	const struct ralm_network_scoring *scoring;
};

/* Every network, then NULL. */
extern const struct ralm_network_kind *const ralm_network_kinds[];

/* The network with that name. NULL and RALM_ERROR_CONFIG: there is none; the
 * message lists all names. */
const struct ralm_network_kind *ralm_network_kind(const char *name,
						  struct ralm_error *err);

/* Sets H in the settings to D where the network has no H of its own. */
void ralm_network_settle(struct ralm_config *config,
			 const struct ralm_network_kind *kind);

/* How many rows of a list's P = softmax_rows(A·Sᵀ) are in memory at a time. Longer
 * lists, which are few, compute parts of P twice. */
enum { RALM_LIST_BLOCK = 512 };

/* The default of the setting alpha (of kdd19). */
#define RALM_ALPHA 0.3

/* A network in training. */
struct ralm_network {
	const struct ralm_network_kind *kind;
	size_t D, H;
	enum ralm_loss loss;
	ralm_real margin;
	double alpha;           /* the setting; _init sets RALM_ALPHA */
	double negative_weight; /* the setting; _init sets 1 */
	bool learn_scale; /* scale and bias; else their gradients are 0 */
	struct ralm_threads *threads; /* not owned; NULL: the caller alone */
	size_t list_block; /* RALM_LIST_BLOCK, but in tests */
	const struct ralm_kernels *kernels;
	struct ralm_arena arena; /* memory of one call of the gradient */
};

void ralm_network_init(struct ralm_network *network,
		       const struct ralm_network_kind *kind, size_t D,
		       size_t H, enum ralm_loss loss, double margin,
		       bool learn_scale, struct ralm_threads *threads);
/* The same from the settings of a model, whose H is settled (ralm_network_settle). */
void ralm_network_init_by(struct ralm_network *network,
			  const struct ralm_network_kind *kind,
			  const struct ralm_config *config,
			  struct ralm_threads *threads);
void ralm_network_release(struct ralm_network *network);

/* Calls the gradient function of the network's kind, with an empty arena; where scale
 * and bias are not learned, their gradients are 0. (PaddleRec's loss is a sum, too,
 * model.py line 110.) */
int ralm_network_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			  struct ralm_parameters *gradient,
			  struct ralm_network *network,
			  const struct ralm_parameters *parameters,
			  const ralm_real *X, const struct ralm_plan *plan,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* An array that a call needs: the address of the pointer to it, how many elements, and
 * how many bytes each has. */
struct ralm_network_array {
	void *pointer;
	size_t count, size;
};
#define RALM_NETWORK_ARRAY(pointer, count) {&(pointer), count, sizeof *(pointer)}

/* Sets the pointers of `count` arrays to memory of the network's arena, which is not
 * zeroed and lasts until the next call of the gradient. */
int ralm_network_arrays(struct ralm_network *network,
			const struct ralm_network_array *array, size_t count,
			struct ralm_error *err) RALM_MUST_CHECK;

/* score = sigmoid(scale · cosine + bias), a probability. */
double ralm_network_score(const struct ralm_parameters *parameters,
			  double cosine);

#endif
