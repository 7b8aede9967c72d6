// Stand-in for Vitis HLS's ap_float.h: a name that FINN's library mentions in templates which no layer here uses.
#pragma once

template <int WIDTH, int EXPONENT>
struct ap_float;
