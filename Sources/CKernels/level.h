// The body of a level: every template and the table. The including file defines
//
//     LEVEL, LEVEL_NAME   the table's symbol and its public name
//     supported           a function that asks the processor
//     PIXELS, PIXELS8     pixels a register tile in direct.h: f16 and f8 accumulators that fit the registers
//     REST                a divisor of PIXELS and of 24: what is left after whole tiles in winograd.h is rounded up to
//                         it, PIXELS ≤ 6·REST
//     PAIRS               rows of a register tile of f16 accumulators in gradient.h
//     QUADS               a quarter of the same in winograd_gradient.h: 1, 2 or 4
//     WIDE                floats in a vector of the Winograd transforms: 8 or 16
//
// and sets the instruction set for all functions (see level_avx2.c).
#include "vectors.h"
// The order matters: later templates use earlier ones.
#include "direct.h"
#include "gradient.h"
#include "winograd_transforms.h"
#include "winograd_packing.h"
#include "winograd.h"
#include "winograd_gradient.h"
#include "elementwise.h"

const ck_kernels LEVEL = {
    .name = LEVEL_NAME,
    .supported = supported,
    .direct = direct_run,
    .winograd = winograd_run,
    .winograd_pack = winograd_pack,
    .direct_gradient = direct_gradient,
    .winograd_gradient = winograd_gradient,
    .import = import_run,
    .export = export_run,
    .affine = affine_run,
    .moments = moments_run,
    .norm_backward_sums = norm_backward_sums_run,
    .add_rows = add_rows_run,
    .norm_backward_apply = norm_backward_apply_run,
    .pool = pool_run,
    .pool_backward = pool_backward_run,
};
