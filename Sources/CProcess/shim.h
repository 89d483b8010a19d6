// Calls of the system that Swift's view of its headers lacks: one takes variable arguments, one is newer than POSIX.
#include <spawn.h>
#include <sys/prctl.h>

/// Makes this process the one that orphans among its descendants go to. 0, or -1 where the kernel cannot.
static inline int workbench_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL); }

int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/// Closes every descriptor from `from` on in the child. 0, or an error number.
static inline int workbench_close_from(posix_spawn_file_actions_t *actions, int from) {
  return posix_spawn_file_actions_addclosefrom_np(actions, from);
}
