// Winograd weights U = G g Gᵀ (see winograd_transforms.h), in one of two forms, by ck_winograd_transforms_late:
//
//     in advance   U [panel][frequency][source channel][16]
//     late         g [panel][source channel][9][16]           winograd_panel transforms a piece of a panel at a time
//
// Sums in Double, rounded once. Both forms use the same transform and so give the same bits. Channels beyond the last
// are zeros.

/// Half a vector of the transforms in Float, and as many Doubles.
typedef float fh __attribute__((vector_size(WIDE * 2), aligned(4)));
typedef double dw __attribute__((vector_size(WIDE * 4)));

CK_INLINE dw load_double(const float *p) { return __builtin_convertvector(*(const fh *)p, dw); }
CK_INLINE void store_float(float *p, dw v) { *(fh *)p = __builtin_convertvector(v, fh); }

/// t = G g. Products by ±p and ±q differ in their sign only.
CK_INLINE void winograd_g(dw t[6], dw g0, dw g1, dw g2) {
  const double p = ck_winograd_p, q = ck_winograd_q, pp = p * p, qq = q * q;
  const double u = 1 / (2 * pp * (pp - qq)), v = 1 / (2 * qq * (qq - pp));
  const double up = u * p, upp = u * pp, vq = v * q, vqq = v * qq, first = 1 / (pp * qq);
  dw oddP = up * g1, oddQ = vq * g1;
  t[0] = first * g0;
  t[1] = u * g0 + oddP + upp * g2;
  t[2] = u * g0 - oddP + upp * g2;
  t[3] = v * g0 + oddQ + vqq * g2;
  t[4] = v * g0 - oddQ + vqq * g2;
  t[5] = g2;
}

/// u[f][16] = (G g Gᵀ)[f] for the 16 kernels g[9][16]; `stride` floats between frequencies.
CK_INLINE void transform_kernel(float *restrict u, size_t stride, const float *restrict g) {
  for (int part = 0; part < 16; part += WIDE / 2, g += WIDE / 2, u += WIDE / 2) {
    dw h[3][6];
    CK_UNROLL for (int b = 0; b < 3; b++)
      winograd_g(h[b], load_double(g + b * 16), load_double(g + (3 + b) * 16), load_double(g + (6 + b) * 16));
    CK_UNROLL for (int i = 0; i < 6; i++) {
      dw r[6];
      winograd_g(r, h[0][i], h[1][i], h[2][i]);
      CK_UNROLL for (int j = 0; j < 6; j++) store_float(u + (i * 6 + j) * stride, r[j]);
    }
  }
}

/// Kernels from source channels to the 16 targets of a panel: weight + k·ofTarget + s·ofSource for target k < used, and
/// the factor of their outputs, which are the targets going forward and the sources going backward.
typedef struct {
  const float *weight, *scale;
  size_t ofTarget, ofSource, scaleOfTarget, scaleOfSource;
  int32_t used, sources;
  bool turned;
} winograd_kernels;

static winograd_kernels kernels_of_panel(const float *weight, const float *outScale, const ck_conv *c,
                                         ck_direction direction, int32_t panel) {
  bool forward = direction == CK_FORWARD;
  size_t ofOutput = (size_t)c->input.channels * 9;
  int32_t left = ck_target(c, direction).channels - panel * 16;
  winograd_kernels w = {.ofTarget = forward ? ofOutput : 9,
                        .ofSource = forward ? 9 : ofOutput,
                        .scaleOfTarget = forward,
                        .scaleOfSource = !forward,
                        .used = left < 16 ? left : 16,
                        .sources = ck_source(c, direction).channels,
                        .turned = !forward};  // backward by input turns a kernel by 180°
  w.weight = weight + panel * 16 * w.ofTarget;
  w.scale = outScale ? outScale + panel * 16 * w.scaleOfTarget : NULL;
  return w;
}

/// g[9][16]: the kernels from source s.
CK_INLINE void gather_kernels(float *g, const winograd_kernels *w, int32_t s) {
  int32_t used = s < w->sources ? w->used : 0;
  if (used < 16) memset(g, 0, 9 * 16 * sizeof(float));
  for (int32_t k = 0; k < used; k++) {
    const float *from = w->weight + k * w->ofTarget + s * w->ofSource;
    float scale = w->scale ? w->scale[k * w->scaleOfTarget + s * w->scaleOfSource] : 1;
    for (int32_t t = 0; t < 9; t++) g[(w->turned ? 8 - t : t) * 16 + k] = from[t] * scale;
  }
}

/// g[16][9][16]: the same going forward, from sources s … s + 15 to 16 targets.
CK_INLINE void gather_forward(float *g, const winograd_kernels *w, int32_t s) {
  for (int32_t part = 0; part < 9; part++) {
    f16 a[16];
    const float *from = w->weight + s * 9 + part * 16;
    CK_UNROLL for (int k = 0; k < 16; k++) a[k] = *(const f16 *)(from + k * w->ofTarget) * (w->scale ? w->scale[k] : 1);
    transpose16(a);
    CK_UNROLL for (int k = 0; k < 16; k++) *(f16 *)(g + (part * 16 + k) * 16) = a[k];
  }
}

/// g[9][16]: the same going backward, from source s to 16 targets; reads 7 weights beyond theirs.
CK_INLINE void gather_backward(float *g, const winograd_kernels *w, int32_t s) {
  f16 a[16];
  const float *from = w->weight + s * w->ofSource;
  float scale = w->scale ? w->scale[s] : 1;
  CK_UNROLL for (int k = 0; k < 16; k++) a[k] = *(const f16 *)(from + k * 9);
  transpose16(a);
  CK_UNROLL for (int t = 0; t < 9; t++) *(f16 *)(g + (8 - t) * 16) = a[t] * scale;
}

static void winograd_pack(float *packed, const float *weight, const float *outScale, const ck_conv *c,
                          ck_direction direction) {
  bool late = ck_winograd_transforms_late(c);
  int32_t channels = ck_blocks(ck_source(c, direction)) * 8, panels = ck_panels(ck_target(c, direction));
  size_t uStride = (size_t)channels * 16;
  for (int32_t panel = 0; panel < panels; panel++) {
    winograd_kernels w = kernels_of_panel(weight, outScale, c, direction, panel);
    for (int32_t s = 0, count = 1; s < channels; s += count, count = 1) {
      float inAdvance[16 * 9 * 16], *g = late ? packed + ((size_t)panel * channels + s) * 9 * 16 : inAdvance;
      bool followed = panel + 1 < panels ? s < w.sources : s + 1 < w.sources;
      if (w.used == 16 && direction == CK_FORWARD && s + 16 <= w.sources)
        gather_forward(g, &w, s), count = 16;
      else if (w.used == 16 && direction == CK_BACKWARD_INPUT && followed)
        gather_backward(g, &w, s);
      else
        gather_kernels(g, &w, s);
      if (late) continue;
      for (int32_t i = 0; i < count; i++) {
        // By way of the stack: at 128 channels all frequencies lie in the same few lines of the cache.
        float u[36 * 16];
        transform_kernel(u, 16, g + i * 9 * 16);
        for (int32_t f = 0; f < 36; f++)
          *(f16 *)(packed + (panel * 36 + f) * uStride + (s + i) * 16) = *(const f16 *)(u + f * 16);
      }
    }
  }
}
