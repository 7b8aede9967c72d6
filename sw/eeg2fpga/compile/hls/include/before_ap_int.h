// Comes first where the ap_int headers are the open ones, which are of 2019: what FINN's code takes from newer ones.
#pragma once

#include "hls_half.h"

// Whether a number is signed. FINN's library asks it of the class labels only, and those are unsigned.
#define sign_flag width * 0
