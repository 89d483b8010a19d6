// The portable level: what the compiler makes of the templates for its default target (SSE2 on x86-64, NEON on ARM).
#include <string.h>

#include "kernels.h"

#define LEVEL ck_kernels_portable
#define LEVEL_NAME "portable"
#if defined(__aarch64__)
#define PIXELS 6  // 24 of 32 registers
#define PIXELS8 12
#define PAIRS 6
#else
#define PIXELS 2  // 8 of 16 registers; multiplication and addition apart need as many again
#define PIXELS8 4
#define PAIRS 2
#endif
#define REST 1
#define QUADS 1
#define WIDE 8
static bool supported(void) { return true; }
#include "level.h"
