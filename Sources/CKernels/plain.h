// The plain convolution: nested loops that say what the fast forms must compute. Tests compare the two.
#ifndef CK_PLAIN_H
#define CK_PLAIN_H
#include "CKernels.h"

/// Packed weights are the dense [O, C, k, k] times outScale, in either direction.
void ck_plain_conv_pack(float *packed, const float *weight, const float *outScale, const ck_conv *c);
void ck_plain_conv_run(const ck_epilogue *e, const float *src, const float *packed, int32_t n, const ck_conv *c,
                       ck_direction direction);
void ck_plain_conv_weight_gradient(float *dWeight, const float *x, const float *dy, int32_t n, const ck_conv *c,
                                   ck_part part);
#endif
