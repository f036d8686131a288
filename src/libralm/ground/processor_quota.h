/* How many processors Linux's control groups leave to this process: containers are
 * limited so (docker run --cpus, limits.cpu of Kubernetes), and see all processors of
 * their machine nevertheless. */
#ifndef RALM_GROUND_PROCESSOR_QUOTA_H
#define RALM_GROUND_PROCESSOR_QUOTA_H

/* The least quota of this process's group and those around it, rounded up; UINT_MAX where
 * there is none. root: where control groups are mounted, "/sys/fs/cgroup"; self: the list
 * of the process's groups, "/proc/self/cgroup" (cgroups(7)). */
unsigned ralm_processor_quota(const char *root, const char *self);

#endif
