// Float32 kernels of the training library. Outputs first, then inputs, then sizes. No kernel allocates or starts a
// thread; every kernel gives the same bits for an image whatever other images are in the call.
//
// Activations are blocked by 8 channels and carry a border of zeros, so that no kernel needs an edge case:
//
//     [n][block][row][column][8]     block = channel / 8, lane = channel % 8
//
//       column 0   1 … w   w+1 … columns−1
//     row 0    0   0 … 0   0 … 0           rows    = 4·⌈h/4⌉ + 2
//     row 1    0   x … x   0 … 0           columns = 4·⌈w/4⌉ + 2
//       ⋮      0   x … x   0 … 0           (whole 4×4 output tiles of the Winograd form)
//     row h+1  0   0 … 0   0 … 0
//
// Whoever allocates an activation fills it with zeros once; kernels write the interior only. The lanes beyond the last
// channel of the last block are written as zeros. Vectors of one value a channel have 8·blocks entries.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The kernel level in use, "avx512", "avx2" or "portable". Chosen once, at the first call, from the processor;
/// WORKBENCH_KERNELS=portable (or avx2, avx512) forces that one.
const char *ck_level(void);
/// What is wrong with WORKBENCH_KERNELS, or NULL. A level that is unknown or that this processor lacks is not used; the
/// best one is, and a program should say so.
const char *ck_level_error(void);
/// Uses another level for calls from this thread, NULL for the usual one again; 0 if this processor lacks it. For
/// tests: packed weights stay valid, results differ in the last bits.
int32_t ck_level_use(const char *name);

/// Tells the processor that this thread waits for another one's word.
static inline void ck_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Extents of one activation.
typedef struct {
  int32_t channels, height, width;
} ck_shape;

static inline int32_t ck_blocks(ck_shape s) { return (s.channels + 7) / 8; }
static inline int32_t ck_rows(ck_shape s) { return (s.height + 3) / 4 * 4 + 2; }
static inline int32_t ck_columns(ck_shape s) { return (s.width + 3) / 4 * 4 + 2; }
/// Floats of one channel block, border included.
static inline size_t ck_block_stride(ck_shape s) { return (size_t)ck_rows(s) * ck_columns(s) * 8; }
/// Floats of one image, border included.
static inline size_t ck_image_stride(ck_shape s) { return ck_block_stride(s) * ck_blocks(s); }
/// Bytes of one image's sign mask: [block][h][w], one bit a lane.
static inline size_t ck_mask_stride(ck_shape s) { return (size_t)ck_blocks(s) * s.height * s.width; }

// ---------------------------------------------------------------------------------------------------- convolution

/// How a convolution is computed. CK_BEST lets the level choose.
typedef enum { CK_BEST = 0, CK_PLAIN = 1, CK_DIRECT = 2, CK_WINOGRAD = 3 } ck_algorithm;

typedef enum { CK_FORWARD = 0, CK_BACKWARD_INPUT = 1 } ck_direction;

/// A square convolution without bias: kernel 1 or 3, stride 1 or 2, zero padding 0 or 1 (kernel / 2 where speed
/// matters).
typedef struct {
  ck_shape input;
  int32_t outChannels, kernel, stride, padding;
  ck_algorithm algorithm;
} ck_conv;

/// Extents of the output: ⌊(h + 2·padding − kernel)/stride⌋ + 1.
static inline ck_shape ck_conv_output(ck_conv c) {
  ck_shape s = {c.outChannels, (c.input.height + 2 * c.padding - c.kernel) / c.stride + 1,
                (c.input.width + 2 * c.padding - c.kernel) / c.stride + 1};
  return s;
}

/// What happens to each result v of a convolution before it is stored; every pointer may be NULL.
///
///     v ← v + bias + before;  v ← gate ? v·gateScale : 0;  v ← v + after;  v ← relu ? max(v, 0) : v
///     dst ← v;  mask ← [v > 0];    dst2 ← max(scale2·v + shift2, 0);  mask2 ← [dst2 > 0]
///
/// Activations and masks have the geometry of dst. `before` and `after` may be dst itself; dst may be NULL if dst2 is
/// not. A NaN stays a NaN through max.
typedef struct {
  float *dst;
  const float *bias;       // [channels]
  const float *before;     // activation
  const uint8_t *gate;     // mask
  const float *gateScale;  // [channels]; used with gate only, NULL for 1
  const float *after;      // activation
  int32_t relu;
  uint8_t *mask;
  float *dst2;  // activation
  const float *scale2, *shift2;
  uint8_t *mask2;
} ck_epilogue;

/// Floats that packed weights take.
size_t ck_conv_packed_count(const ck_conv *c, ck_direction direction);
/// Packs weights `[O, C, k, k]`, each output channel times `outScale[o]` (NULL for 1).
void ck_conv_pack(float *packed, const float *weight, const float *outScale, const ck_conv *c, ck_direction direction);
/// Floats of scratch memory for `n` images (alignment 64).
size_t ck_conv_scratch_count(const ck_conv *c, ck_direction direction, int32_t n);
/// Forward: dst = conv(src). Backward by input: src is dy in the output's geometry, dst is dx in the input's.
void ck_conv_run(const ck_epilogue *epilogue, const float *src, const float *packed, float *scratch, int32_t n,
                 const ck_conv *c, ck_direction direction);

/// The part `index` of `count` ones into which a weight gradient is cut by its channels: each sum over images is one
/// part's alone, so that parts, on any threads, give the bits of {0, 1}, the whole.
typedef struct {
  int32_t index, count;
} ck_part;

/// Into how many parts it can be cut, at least 1 and at most `wanted`.
int32_t ck_conv_weight_gradient_parts(const ck_conv *c, int32_t wanted);
/// Floats of scratch memory for one of `parts` parts of the weight gradient of `n` images.
size_t ck_conv_weight_gradient_scratch_count(const ck_conv *c, int32_t n, int32_t parts);
/// dWeight `[O, C, k, k]` += Σ over images and positions of dy · x, for the channels of `part`.
void ck_conv_weight_gradient(float *dWeight, const float *x, const float *dy, float *scratch, int32_t n,
                             const ck_conv *c, ck_part part);

// ------------------------------------------------------------------------------------------ batch normalisation etc.

/// Images `[n, C, h, w]` to a blocked activation, x·scale + shift per channel (NULL for 1 and 0).
void ck_import(float *dst, const float *images, const float *scale, const float *shift, int32_t n, ck_shape s);
/// A blocked activation to `[n, C, h, w]`, times scale per channel (NULL for 1).
void ck_export(float *images, const float *src, const float *scale, int32_t n, ck_shape s);

/// dst = scale·src + shift per channel, through max(·, 0) if relu. dst may be src.
void ck_affine(float *dst, const float *src, const float *scale, const float *shift, int32_t relu, int32_t n,
               ck_shape s);
/// Floats of one image's row sums: [block][row][2][8], two sums a channel of each row of the interior.
static inline size_t ck_rows_stride(ck_shape s) { return (size_t)ck_blocks(s) * s.height * 16; }
/// Σx and Σx² of each row.
void ck_moments(float *rows, const float *x, int32_t n, ck_shape s);
/// With g = dy where scale·x + shift > 0 (everywhere if scale is NULL), else 0: Σg and Σg·(x − mean)·rstd of each row.
/// activation = max(scale·x + shift, 0), NULL if it is not wanted; unused if scale is NULL.
void ck_norm_backward_sums(float *rows, float *activation, const float *dy, const float *x, const float *mean,
                           const float *rstd, const float *scale, const float *shift, int32_t n, ck_shape s);
/// Adds the row sums of n images to sum1 and sum2, per channel of the channel blocks first ..< last, in the order of
/// images and rows: images a few at a time, and blocks on any threads, give the bits of all at once.
void ck_add_rows(double *sum1, double *sum2, const float *rows, int32_t n, ck_shape s, int32_t first, int32_t last);
/// dx = a·g + b·x + c (+ add), g as above; a, b, c per channel; `add` is an activation or NULL. dx may be dy or add.
void ck_norm_backward_apply(float *dx, const float *dy, const float *x, const float *a, const float *b, const float *c,
                            const float *scale, const float *shift, const float *add, int32_t n, ck_shape s);

// ------------------------------------------------------------------------------------------------ pooling and linear

/// features[n][channels] = mean over the image, Float32 rows summed in Double.
void ck_pool(float *features, const float *src, int32_t n, ck_shape s);
/// dst = gate ? dFeatures/(h·w)·gateScale : 0; gate (a mask) and gateScale may be NULL.
void ck_pool_backward(float *dst, const float *dFeatures, const uint8_t *gate, const float *gateScale, int32_t n,
                      ck_shape s);
/// logits[n][K] = features[n][C] · weight[K][C]ᵀ + bias[K].
void ck_linear(float *logits, const float *features, const float *weight, const float *bias, int32_t n, int32_t classes,
               int32_t channels);
/// dFeatures[n][C] = dLogits[n][K] · weight[K][C].
void ck_linear_backward_input(float *dFeatures, const float *dLogits, const float *weight, int32_t n, int32_t classes,
                              int32_t channels);
/// dWeight[K][C] += dLogitsᵀ · features; dBias[K] += Σ dLogits, for the classes first ..< last.
void ck_linear_backward_weight(float *dWeight, float *dBias, const float *dLogits, const float *features, int32_t n,
                               int32_t classes, int32_t channels, int32_t first, int32_t last);

#ifdef __cplusplus
}
#endif
#endif
