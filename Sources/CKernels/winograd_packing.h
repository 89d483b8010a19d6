// Packing of Winograd weights U = G g Gᵀ (see winograd_transforms.h) as [panel][frequency][source channel][16]. Sums in
// Double, rounded once: weights are packed rarely and used often. Channels beyond the
// last are zeros. Loops over the 16 targets are for the vectoriser.

static void winograd_pack(float *packed, const float *weight, const float *outScale, const ck_conv *c,
                          ck_direction direction) {
  const double p = ck_winograd_p, q = ck_winograd_q, pp = p * p, qq = q * q;
  const double u = 1 / (2 * pp * (pp - qq)), v = 1 / (2 * qq * (qq - pp));
  const double G[6][3] = {{1 / (pp * qq), 0, 0}, {u, u * p, u * pp}, {u, -u * p, u * pp},
                          {v, v * q, v * qq},    {v, -v * q, v * qq}, {0, 0, 1}};
  ck_shape target = ck_target(c, direction), source = ck_source(c, direction);
  size_t ofOutput = (size_t)c->input.channels * 9, ofInput = 9;
  size_t ofTarget = direction == CK_FORWARD ? ofOutput : ofInput;
  size_t ofSource = direction == CK_FORWARD ? ofInput : ofOutput;
  size_t uStride = (size_t)ck_blocks(source) * 8 * 16;
  for (int32_t panel = 0; panel < ck_panels(target); panel++) {
    int32_t used = target.channels - panel * 16 < 16 ? target.channels - panel * 16 : 16;
    for (int32_t s = 0; s < ck_blocks(source) * 8; s++) {
      double g[9][16] = {{0}}, h[6][3][16];
      for (int32_t k = 0; k < used && s < source.channels; k++) {
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
          float *U = packed + (panel * 36 + i * 6 + j) * uStride + s * 16;
          for (int32_t k = 0; k < 16; k++)
            U[k] = (float)(G[j][0] * h[i][0][k] + G[j][1] * h[i][1][k] + G[j][2] * h[i][2][k]);
        }
    }
  }
}
