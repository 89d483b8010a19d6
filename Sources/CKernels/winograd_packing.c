// Winograd weights U = G g Gᵀ (see winograd_transforms.h), packed as [panel][frequency][source channel][16], and the
// sizes of the scratch memory. Sums in Double, rounded once.
#include <string.h>

#include "kernels.h"

#define P ((double)ck_winograd_p)
#define Q ((double)ck_winograd_q)
#define U (1 / (2 * P * P * (P * P - Q * Q)))
#define V (1 / (2 * Q * Q * (Q * Q - P * P)))
static const double G[6][3] = {{1 / (P * P * Q * Q), 0, 0}, {U, U *P, U *P *P}, {U, -U *P, U *P *P},
                               {V, V *Q, V *Q *Q},          {V, -V *Q, V *Q *Q}, {0, 0, 1}};

size_t ck_winograd_packed_count(const ck_conv *c, ck_direction direction) {
  return (size_t)36 * ck_panels(ck_target(c, direction)) * 16 * ck_blocks(ck_source(c, direction)) * 8;
}

void ck_winograd_pack(float *packed, const float *weight, const float *outScale, const ck_conv *c,
                      ck_direction direction) {
  ck_shape target = ck_target(c, direction), source = ck_source(c, direction);
  size_t ofOutput = (size_t)c->input.channels * 9, ofInput = 9;
  size_t ofTarget = direction == CK_FORWARD ? ofOutput : ofInput, ofSource = direction == CK_FORWARD ? ofInput : ofOutput;
  size_t uStride = (size_t)ck_blocks(source) * 8 * 16;
  memset(packed, 0, ck_winograd_packed_count(c, direction) * sizeof(float));
  for (int32_t panel = 0; panel < ck_panels(target); panel++) {
    int32_t used = target.channels - panel * 16 < 16 ? target.channels - panel * 16 : 16;
    for (int32_t s = 0; s < source.channels; s++) {
      double g[9][16] = {{0}}, h[6][3][16];
      for (int32_t k = 0; k < used; k++) {
        const float *w = weight + (panel * 16 + k) * ofTarget + s * ofSource;
        float scale = outScale ? outScale[direction == CK_FORWARD ? panel * 16 + k : s] : 1;
        // Backward by input turns the kernel by 180°.
        for (int32_t t = 0; t < 9; t++) g[direction == CK_FORWARD ? t : 8 - t][k] = w[t] * scale;
      }
      for (int32_t i = 0; i < 6; i++)
        for (int32_t b = 0; b < 3; b++)
          for (int32_t k = 0; k < 16; k++)
            h[i][b][k] = G[i][0] * g[b][k] + G[i][1] * g[3 + b][k] + G[i][2] * g[6 + b][k];
      for (int32_t i = 0; i < 6; i++)
        for (int32_t j = 0; j < 6; j++) {
          float *u = packed + (panel * 36 + i * 6 + j) * uStride + s * 16;
          for (int32_t k = 0; k < 16; k++)
            u[k] = (float)(G[j][0] * h[i][0][k] + G[j][1] * h[i][1][k] + G[j][2] * h[i][2][k]);
        }
    }
  }
}

size_t ck_winograd_scratch_count(const ck_conv *c, ck_direction direction) {
  ck_shape source = ck_source(c, direction);
  size_t tiles = ck_winograd_tiles(source.channels);
  return 36 * (tiles * 16 * ((ck_blocks(source) + 1) / 2) + 16 + tiles * 16 + 16);
}

size_t ck_winograd_gradient_scratch_count(const ck_conv *c, int32_t n) {
  size_t tiles = ck_winograd_gradient_tiles(c, n), blocks = ck_blocks(c->input), panels = ck_panels(ck_conv_output(*c));
  return 36 * (blocks * 8 * panels * 16 + 16 + tiles * 16 * ((blocks + 1) / 2) + 16 + tiles * 16 * panels + 16);
}
