// What the levels share: the table that each of them fills, and the layout of packed weights.
//
// A level (level_portable.c, level_avx2.c, …) compiles the same templates (direct.h, winograd.h, elementwise.h, …) for
// one instruction set. dispatch.c picks a table once; a further level is one more file and one line there.
#ifndef CK_KERNELS_H
#define CK_KERNELS_H
#include <stdbool.h>

#include "CKernels.h"

// ------------------------------------------------------------------------------------------------------- the table

typedef void ck_run(const ck_epilogue *epilogue, const float *src, const float *packed, float *scratch, int32_t n,
                    const ck_conv *c, ck_direction direction);
typedef void ck_gradient(float *dWeight, const float *x, const float *dy, float *scratch, int32_t n, const ck_conv *c,
                         ck_part part);

/// One level: its name and its kernels, each with the contract of the function of that name in CKernels.h.
typedef struct {
  const char *name;
  bool (*supported)(void);  // by this processor
  ck_run *direct, *winograd;
  __typeof__(ck_conv_pack) *winograd_pack;
  ck_gradient *direct_gradient, *winograd_gradient;
  __typeof__(ck_import) *import;
  __typeof__(ck_export) *export;
  __typeof__(ck_affine) *affine;
  __typeof__(ck_moments) *moments;
  __typeof__(ck_norm_backward_sums) *norm_backward_sums;
  __typeof__(ck_add_rows) *add_rows;
  __typeof__(ck_norm_backward_apply) *norm_backward_apply;
  __typeof__(ck_pool) *pool;
  __typeof__(ck_pool_backward) *pool_backward;
} ck_kernels;

extern const ck_kernels ck_kernels_portable;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2, ck_kernels_avx512;
#endif

// ------------------------------------------------------------------------------------------------ geometry and panels

/// Where pixel (y, x) of channel block b of image m starts, in floats.
static inline size_t ck_at(ck_shape s, int32_t m, int32_t b, int32_t y, int32_t x) {
  return m * ck_image_stride(s) + b * ck_block_stride(s) + ((size_t)(y + 1) * ck_columns(s) + x + 1) * 8;
}
/// What a direction reads, and what it writes.
static inline ck_shape ck_source(const ck_conv *c, ck_direction direction) {
  return direction == CK_FORWARD ? c->input : ck_conv_output(*c);
}
static inline ck_shape ck_target(const ck_conv *c, ck_direction direction) {
  return direction == CK_FORWARD ? ck_conv_output(*c) : c->input;
}

/// Weights are packed in panels of 16 target channels; an odd last block is a panel of 8. Panel p starts at block 2p.
static inline int32_t ck_panels(ck_shape target) { return (ck_blocks(target) + 1) / 2; }
static inline int32_t ck_panel_width(ck_shape target, int32_t panel) {
  return 2 * panel + 1 < ck_blocks(target) ? 16 : 8;
}

/// Target pixels that share a list of taps. A convolution is one phase, except backward by input at stride 2, where
/// the parities of (y, x) see different taps: four phases.
///
///     target (i·targetStep + row, j·targetStep + column)
///       = Σ_t w[a_t, b_t] · source (i·sourceStep + y_t, j·sourceStep + x_t)
typedef struct {
  int32_t rows, columns;  // extents of i and j
  int32_t targetStep, row, column;
  int32_t sourceStep;
  int32_t taps;
  struct {
    int32_t y, x, a, b;
  } tap[9];
  size_t packed;  // first float of its weights, [panel][source block][tap][8][panel width]
} ck_phase;

/// The phases of a convolution with padding = kernel / 2; returns their number, at most 4.
int32_t ck_phases(ck_phase phases[4], const ck_conv *c, ck_direction direction);

size_t ck_direct_packed_count(const ck_conv *c, ck_direction direction);
void ck_direct_pack(float *packed, const float *weight, const float *outScale, const ck_conv *c,
                    ck_direction direction);
size_t ck_direct_gradient_scratch_count(const ck_conv *c, int32_t parts);

// -------------------------------------------------------------------------------------------------------- Winograd

/// The interpolation points beside 0 and ∞ are ±p and ±q (winograd_transforms.h).
#define ck_winograd_p 0.625f
#define ck_winograd_q 1.5f

/// Whether weights are packed as kernels of 9 numbers, which winograd_run transforms as it reads them, from 128 channels
/// on both sides. Transformed in advance they have 36, which a network's layers together read from memory or the shared
/// cache; narrower layers keep them near, and there the transform costs more than it saves (Benchmarks/NOTES.md). Both
/// ways give the same bits.
static inline bool ck_winograd_transforms_late(const ck_conv *c) {
  return (int64_t)c->input.channels * c->outChannels >= 128 * 128;
}
/// Source channels whose weights are transformed, or whose sums of a weight gradient are finished, together: 147 KB.
enum { ck_winograd_piece = 64 };
/// Panels that take their products with a piece of V one after the other.
enum { ck_winograd_together = 2 };

/// Tiles a block: 36 · tiles · channels transformed floats are in a second-level cache of 1 MiB; with late weights a
/// piece of them at a time is, and long blocks transform the weights less often.
static inline int32_t ck_winograd_tiles(const ck_conv *c) { return ck_winograd_transforms_late(c) ? 144 : 24; }
/// Tiles of n images.
static inline int64_t ck_winograd_total(ck_shape s, int32_t n) {
  return (int64_t)n * ((s.height + 3) / 4) * ((s.width + 3) / 4);
}
/// Tiles a block of the weight gradient: 192 where the sums, 36 · channels² floats, do not fit any cache.
static inline int32_t ck_winograd_gradient_tiles(const ck_conv *c, int32_t n) {
  int64_t total = ck_winograd_total(c->input, n), most = c->input.channels < 512 ? 48 : 192;
  return (int32_t)(total < most ? total : most);
}

size_t ck_winograd_packed_count(const ck_conv *c, ck_direction direction);
size_t ck_winograd_scratch_count(const ck_conv *c, ck_direction direction, int32_t n);
size_t ck_winograd_gradient_scratch_count(const ck_conv *c, int32_t n, int32_t parts);

/// The things of `all` that the part `index` of `count` has: first ..< last.
typedef struct {
  int32_t first, last;
} ck_span;
static inline ck_span ck_span_of(int32_t all, int32_t index, int32_t count) {
  ck_span s = {(int32_t)((int64_t)all * index / count), (int32_t)((int64_t)all * (index + 1) / count)};
  return s;
}
/// Groups of 16 source channels of a Winograd weight gradient.
static inline int32_t ck_winograd_groups(const ck_conv *c) { return (ck_blocks(c->input) + 1) / 2; }
/// How many ways the panels of a Winograd weight gradient in `parts` parts are cut; the groups of source channels are cut
/// parts / that many ways. Each part transforms all tiles of its channels on both sides, so both cuts are of one size
/// where they can be; 0 if there are no such cuts.
int32_t ck_winograd_gradient_cuts(const ck_conv *c, int32_t parts);

#endif
