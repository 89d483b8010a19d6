#include "CKernels.h"
const char *ck_level(void) { return "portable"; }
