#include "CAllocations.h"

#include <stddef.h>

// glibc's own entry points, which its malloc family is made of.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

// A thread's own, so that tests beside this one do not count.
static __thread long count;

long allocations_of_this_thread(void) { return count; }

static void tick(void) { count++; }

void *malloc(size_t size) {
  tick();
  return __libc_malloc(size);
}
void *calloc(size_t n, size_t size) {
  tick();
  return __libc_calloc(n, size);
}
void *realloc(void *old, size_t size) {
  tick();
  return __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  tick();
  return __libc_memalign(alignment, size);
}
void *memalign(size_t alignment, size_t size) {
  tick();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void **out, size_t alignment, size_t size) {
  tick();
  *out = __libc_memalign(alignment, size);
  return *out || size == 0 ? 0 : 12;  // ENOMEM
}
