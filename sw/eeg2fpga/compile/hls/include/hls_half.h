// Stand-in for Vitis HLS's hls_half.h: FINN's library names the 16-bit float in overloads that no layer here calls.
#pragma once

#include <cstdint>

struct half {
  std::uint16_t bits;
};
