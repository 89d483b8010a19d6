// prctl takes variable arguments, which Swift cannot call.
#include <sys/prctl.h>

/// Makes this process the one that orphans among its descendants go to. 0, or -1 where the kernel cannot.
static inline int workbench_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL); }
