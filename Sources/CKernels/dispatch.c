#include "plain.h"

const char *ck_level(void) { return "portable"; }

size_t ck_conv_packed_count(const ck_conv *c, ck_direction direction) {
  return (size_t)c->outChannels * c->input.channels * c->kernel * c->kernel;
}
void ck_conv_pack(float *packed, const float *weight, const float *outScale, const ck_conv *c, ck_direction direction) {
  ck_plain_conv_pack(packed, weight, outScale, c);
}
size_t ck_conv_scratch_count(const ck_conv *c, ck_direction direction, int32_t n) { return 0; }
void ck_conv_run(const ck_epilogue *epilogue, const float *src, const float *packed, float *scratch, int32_t n,
                 const ck_conv *c, ck_direction direction) {
  ck_plain_conv_run(epilogue, src, packed, n, c, direction);
}
size_t ck_conv_weight_gradient_scratch_count(const ck_conv *c, int32_t n) { return 0; }
void ck_conv_weight_gradient(float *dWeight, const float *x, const float *dy, float *scratch, int32_t n,
                             const ck_conv *c) {
  ck_plain_conv_weight_gradient(dWeight, x, dy, n, c);
}
