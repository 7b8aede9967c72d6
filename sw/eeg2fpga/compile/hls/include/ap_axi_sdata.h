// Stand-in for Vitis HLS's ap_axi_sdata.h: a name that FINN's library mentions in templates which no layer here uses.
#pragma once

template <int DATA, int USER, int ID, int DESTINATION>
struct qdma_axis;
