/* How long threads that wait for each other stay awake. */
#ifndef RALM_SPIN_H
#define RALM_SPIN_H

/* First thing in main of a program whose threads wait often: they then stay
 * awake for some 0.1 ms and sleep after that. What the environment says of
 * waiting (OMP_WAIT_POLICY, GOMP_SPINCOUNT) is left as it is.
 *
 * GNU's OpenMP lets them stay awake for 3 ms and more, whoever else wants the
 * processor; and it reads its environment before main, so this starts the
 * program again, in the same process, with GOMP_SPINCOUNT set. Where that
 * cannot be, and with other OpenMPs, nothing happens. */
void spin_briefly(char **argv);

#endif
