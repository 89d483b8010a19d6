// Counts heap allocations: the test program's malloc stands before the C library's.
#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

/// Heap allocations of the calling thread since it started.
long allocations_of_this_thread(void);

#endif
