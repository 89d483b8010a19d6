// The AVX2 + FMA level: 16 registers of 8 floats.
#if defined(__x86_64__)
#include <string.h>

#include "kernels.h"

#define LEVEL ck_kernels_avx2
#define LEVEL_NAME "avx2"
#define PIXELS 6  // 12 of 16 registers; two hold weights, one a broadcast
#define PIXELS8 12
#define REST 1
#define PAIRS 6
#define QUADS 1
#define WIDE 8
static bool supported(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "level.h"
#pragma clang attribute pop
#endif
