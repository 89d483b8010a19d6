// Vectors of 8 and 16 floats in clang's vector extensions, and the epilogue of a convolution. The compiler splits them
// into what the level has: an f16 is one AVX-512, two AVX2 or four SSE registers. `a + b * c` becomes a fused
// multiply-add wherever the level has one.
#ifndef CK_VECTORS_H
#define CK_VECTORS_H
#include <stdbool.h>
#include <string.h>

#include "kernels.h"

#pragma clang diagnostic ignored "-Wpsabi"  // vectors by value, only between functions that are inlined

typedef float f8 __attribute__((vector_size(32), aligned(4)));
typedef float f16 __attribute__((vector_size(64), aligned(4)));
typedef int32_t i8 __attribute__((vector_size(32), aligned(4)));
typedef bool b8 __attribute__((ext_vector_type(8)));

#define CK_INLINE static inline __attribute__((always_inline))
#define CK_UNROLL _Pragma("clang loop unroll(full)")

CK_INLINE f8 load8(const float *p) { return *(const f8 *)p; }
CK_INLINE void store8(float *p, f8 v) { *(f8 *)p = v; }
CK_INLINE f8 zero8(void) { return (f8){0}; }
CK_INLINE f16 join(f8 low, f8 high) {
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/// Rows to columns: four perfect shuffles of rows i and i + 8.
CK_INLINE void transpose16(f16 a[16]) {
  CK_UNROLL for (int stage = 0; stage < 4; stage++) {
    f16 b[16];
    CK_UNROLL for (int i = 0; i < 8; i++) {
      b[2 * i] = __builtin_shufflevector(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      b[2 * i + 1] =
          __builtin_shufflevector(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    CK_UNROLL for (int i = 0; i < 16; i++) a[i] = b[i];
  }
}

/// v where the mask says so, else 0.
CK_INLINE f8 keep8(f8 v, i8 mask) { return (f8)((i8)v & mask); }
/// max(v, 0); a NaN stays a NaN.
CK_INLINE f8 relu8(f8 v) { return (f8)((i8)v & ~(i8)(v < 0)); }
/// One bit a lane: v > 0.
CK_INLINE uint8_t positive8(f8 v) {
  b8 bits = __builtin_convertvector(v > 0, b8);
  uint8_t byte;
  memcpy(&byte, &bits, 1);
  return byte;
}
/// One lane a bit, all ones where it is set.
CK_INLINE i8 lanes8(uint8_t bits) {
  i8 one = {1, 2, 4, 8, 16, 32, 64, 128};
  return (i8)(((i8){0} + (int32_t)bits & one) != 0);
}

/// Parts of an epilogue that cost a pass over a vector.
enum { BEFORE = 1, GATE = 2, AFTER = 4, MASK = 8, RELU = 16, DST = 32, DST2 = 64, MASK2 = 128 };

CK_INLINE void finish_with(const int parts, const ck_epilogue *epilogue, const float *value, int32_t step,
                           int32_t count, const size_t *at, const size_t *maskAt, int32_t block, ck_shape s) {
  const ck_epilogue e = *epilogue;
  size_t o = block * ck_block_stride(s), q = (size_t)block * s.height * s.width;
  f8 bias = e.bias ? load8(e.bias + block * 8) : zero8();
  f8 gateScale = parts & GATE && e.gateScale ? load8(e.gateScale + block * 8) : zero8() + 1;
  f8 scale2 = parts & DST2 ? load8(e.scale2 + block * 8) : zero8();
  f8 shift2 = parts & DST2 ? load8(e.shift2 + block * 8) : zero8();
  for (int32_t i = 0; i < count; i++, value += step) {
    size_t p = o + at[i], m = q + maskAt[i];
    f8 v = load8(value) + bias;
    if (parts & BEFORE) v += load8(e.before + p);
    if (parts & GATE) v = keep8(v * gateScale, lanes8(e.gate[m]));
    if (parts & AFTER) v += load8(e.after + p);
    if (parts & MASK) e.mask[m] = positive8(v);
    if (parts & RELU) v = relu8(v);
    if (parts & DST) store8(e.dst + p, v);
    if (parts & DST2) {
      f8 w = scale2 * v + shift2;
      if (parts & MASK2) e.mask2[m] = positive8(w);
      store8(e.dst2 + p, relu8(w));
    }
  }
}

/// The epilogue of a convolution for `count` pixels of one channel block. Their results are value[i·step]; pixel i is
/// at[i] floats into block 0 of every activation and maskAt[i] bytes into block 0 of every mask.
static void finish(const ck_epilogue *e, const float *value, int32_t step, int32_t count, const size_t *at,
                   const size_t *maskAt, int32_t block, ck_shape s) {
  int parts = (e->before ? BEFORE : 0) | (e->gate ? GATE : 0) | (e->after ? AFTER : 0) | (e->mask ? MASK : 0) |
              (e->relu ? RELU : 0) | (e->dst ? DST : 0) | (e->dst2 ? DST2 : 0) | (e->dst2 && e->mask2 ? MASK2 : 0);
  // The combinations that networks use have loops without branches: ten branches a vector cost an eighth of the time
  // of a narrow layer.
  switch (parts) {
#define CASE(combination) \
  case combination: finish_with(combination, e, value, step, count, at, maskAt, block, s); return
    CASE(DST);
    CASE(DST | BEFORE);
    CASE(DST | AFTER);
    CASE(DST | RELU);
    CASE(DST | RELU | MASK);
    CASE(DST | GATE);
    CASE(DST | GATE | AFTER);
    CASE(DST | GATE | BEFORE);
    CASE(DST2);
    CASE(DST2 | MASK2);
    CASE(DST2 | AFTER);
    CASE(DST2 | MASK2 | AFTER);
    CASE(DST | DST2);
    CASE(DST | DST2 | MASK2);
    CASE(DST | DST2 | AFTER);
    CASE(DST | DST2 | MASK2 | AFTER);
#undef CASE
    default: finish_with(parts, e, value, step, count, at, maskAt, block, s);
  }
}
#endif
