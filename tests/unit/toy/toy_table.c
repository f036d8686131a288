/* The table of networks of a program that knows the toy besides, in place of
 * networks/table.c. */
#include "toy.h"

#define RALM_MORE_NETWORKS &toy,
#include "networks/table.c"
