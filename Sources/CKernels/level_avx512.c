// The AVX-512 level: 32 registers of 16 floats, broadcasts folded into the multiply-adds.
#if defined(__x86_64__)
#include <string.h>

#include "kernels.h"

#define LEVEL ck_kernels_avx512
#define LEVEL_NAME "avx512"
#define PIXELS 24  // 24 of 32 registers; one holds weights
#define PIXELS8 24
#define REST 4
#define PAIRS 24
#define QUADS 4
#define WIDE 16
static bool supported(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
}
#define INSTRUCTIONS "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"
#pragma clang attribute push(__attribute__((target(INSTRUCTIONS))), apply_to = function)
#include "level.h"
#pragma clang attribute pop
#endif
