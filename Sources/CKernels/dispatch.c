// The public functions: choice of the level, once, and of the algorithm, per shape.
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "plain.h"

// ------------------------------------------------------------------------------------------------------------- level

// Best first. A further level is one more file and one more line here.
static const ck_kernels *const levels[] = {
#if defined(__x86_64__)
    &ck_kernels_avx512,
    &ck_kernels_avx2,
#endif
    &ck_kernels_portable,
};

/// The best level that this processor has; with a name, only the level of that name.
static const ck_kernels *supported(const char *name) {
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
    if ((!name || !strcmp(name, levels[i]->name)) && levels[i]->supported()) return levels[i];
  return NULL;
}

// Threads that meet here for the first time choose the same.
static const ck_kernels *_Atomic chosen;
static const char *_Atomic levelError;
static _Thread_local const ck_kernels *ofThread;

static const ck_kernels *level(void) {
  const ck_kernels *k = ofThread ? ofThread : chosen;
  if (k) return k;
  const char *forced = getenv("WORKBENCH_KERNELS");
  k = supported(forced && *forced ? forced : NULL);
  if (!k) {
    levelError = "WORKBENCH_KERNELS is none of this processor's kernel levels: avx512, avx2, portable";
    k = supported(NULL);
  }
  return chosen = k;
}

const char *ck_level(void) { return level()->name; }
const char *ck_level_error(void) { return level(), levelError; }
int32_t ck_level_use(const char *name) {
  ofThread = name ? supported(name) : NULL;
  return !name || ofThread;
}

// --------------------------------------------------------------------------------------------------------- algorithm

// Winograd takes 36 products a tile where the direct form takes 9 a pixel, and its transforms cost about half as much
// again. By measurement (Benchmarks/NOTES.md) it wins wherever there are six pixels a tile and one side has 16
// channels; for weight gradients, both sides.
static ck_algorithm algorithm(const ck_conv *c, bool gradient) {
  bool usual = (c->kernel == 1 || c->kernel == 3) && (c->stride == 1 || c->stride == 2) && c->padding == c->kernel / 2;
  if (!usual || c->algorithm == CK_PLAIN) return CK_PLAIN;
  bool tiled = c->kernel == 3 && c->stride == 1;
  if (!tiled || c->algorithm == CK_DIRECT) return CK_DIRECT;
  if (c->algorithm == CK_WINOGRAD) return CK_WINOGRAD;
  int32_t less = c->input.channels, more = c->outChannels;
  if (less > more) less = c->outChannels, more = c->input.channels;
  bool filled = 6 * ck_winograd_total(c->input, 1) <= (int64_t)c->input.height * c->input.width;
  return filled && (gradient ? less : more) >= 16 ? CK_WINOGRAD : CK_DIRECT;
}

size_t ck_conv_packed_count(const ck_conv *c, ck_direction direction) {
  switch (algorithm(c, false)) {
    case CK_DIRECT: return ck_direct_packed_count(c, direction);
    case CK_WINOGRAD: return ck_winograd_packed_count(c, direction);
    default: return (size_t)c->outChannels * c->input.channels * c->kernel * c->kernel;
  }
}

void ck_conv_pack(float *packed, const float *weight, const float *outScale, const ck_conv *c, ck_direction direction) {
  switch (algorithm(c, false)) {
    case CK_DIRECT: ck_direct_pack(packed, weight, outScale, c, direction); return;
    case CK_WINOGRAD: level()->winograd_pack(packed, weight, outScale, c, direction); return;
    default: ck_plain_conv_pack(packed, weight, outScale, c);
  }
}

size_t ck_conv_scratch_count(const ck_conv *c, ck_direction direction, int32_t n) {
  return algorithm(c, false) == CK_WINOGRAD ? ck_winograd_scratch_count(c, direction, n) : 0;
}

void ck_conv_run(const ck_epilogue *epilogue, const float *src, const float *packed, float *scratch, int32_t n,
                 const ck_conv *c, ck_direction direction) {
  switch (algorithm(c, false)) {
    case CK_DIRECT: level()->direct(epilogue, src, packed, scratch, n, c, direction); return;
    case CK_WINOGRAD: level()->winograd(epilogue, src, packed, scratch, n, c, direction); return;
    default: ck_plain_conv_run(epilogue, src, packed, n, c, direction);
  }
}

int32_t ck_conv_weight_gradient_parts(const ck_conv *c, int32_t wanted) {
  int32_t panels = ck_panels(ck_conv_output(*c)), most = c->outChannels;
  switch (algorithm(c, true)) {
    // In tiles of the widest level; others have more and smaller ones.
    case CK_DIRECT: most = panels * ((c->input.channels * c->kernel * c->kernel + 23) / 24); break;
    case CK_WINOGRAD: most = panels * ck_winograd_groups(c); break;
    default: break;
  }
  int32_t parts = wanted < most ? wanted : most;
  if (algorithm(c, true) == CK_WINOGRAD)
    while (!ck_winograd_gradient_cuts(c, parts)) parts--;
  return parts;
}

size_t ck_conv_weight_gradient_scratch_count(const ck_conv *c, int32_t n, int32_t parts) {
  switch (algorithm(c, true)) {
    case CK_DIRECT: return ck_direct_gradient_scratch_count(c, parts);
    case CK_WINOGRAD: return ck_winograd_gradient_scratch_count(c, n, parts);
    default: return 0;
  }
}

void ck_conv_weight_gradient(float *dWeight, const float *x, const float *dy, float *scratch, int32_t n,
                             const ck_conv *c, ck_part part) {
  switch (algorithm(c, true)) {
    case CK_DIRECT: level()->direct_gradient(dWeight, x, dy, scratch, n, c, part); return;
    case CK_WINOGRAD: level()->winograd_gradient(dWeight, x, dy, scratch, n, c, part); return;
    default: ck_plain_conv_weight_gradient(dWeight, x, dy, n, c, part);
  }
}

// ------------------------------------------------------------------------------------------------------- elementwise

void ck_import(float *dst, const float *images, const float *scale, const float *shift, int32_t n, ck_shape s) {
  level()->import(dst, images, scale, shift, n, s);
}
void ck_export(float *images, const float *src, const float *scale, int32_t n, ck_shape s) {
  level()->export(images, src, scale, n, s);
}
void ck_affine(float *dst, const float *src, const float *scale, const float *shift, int32_t relu, int32_t n,
               ck_shape s) {
  level()->affine(dst, src, scale, shift, relu, n, s);
}
void ck_moments(float *rows, const float *x, int32_t n, ck_shape s) { level()->moments(rows, x, n, s); }
void ck_norm_backward_sums(float *rows, float *activation, const float *dy, const float *x, const float *mean,
                           const float *rstd, const float *scale, const float *shift, int32_t n, ck_shape s) {
  level()->norm_backward_sums(rows, activation, dy, x, mean, rstd, scale, shift, n, s);
}
void ck_add_rows(double *sum1, double *sum2, const float *rows, int32_t n, ck_shape s, int32_t first, int32_t last) {
  level()->add_rows(sum1, sum2, rows, n, s, first, last);
}
void ck_norm_backward_apply(float *dx, const float *dy, const float *x, const float *a, const float *b, const float *c,
                            const float *scale, const float *shift, const float *add, int32_t n, ck_shape s) {
  level()->norm_backward_apply(dx, dy, x, a, b, c, scale, shift, add, n, s);
}
void ck_pool(float *features, const float *src, int32_t n, ck_shape s) { level()->pool(features, src, n, s); }
void ck_pool_backward(float *dst, const float *dFeatures, const uint8_t *gate, const float *gateScale, int32_t n,
                      ck_shape s) {
  level()->pool_backward(dst, dFeatures, gate, gateScale, n, s);
}
