// Stand-in for Vitis HLS's hls_vector.h in C simulation: N elements of T side by side (UG1399, "HLS Vector Library").
// FINN's layers only move such vectors and take their elements one by one, so there is no arithmetic here.
#pragma once

#include <array>
#include <cstddef>

#include "hls_half.h"

namespace hls {

template <typename T, std::size_t N>
struct vector : std::array<T, N> {};

}  // namespace hls
