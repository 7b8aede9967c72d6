"""FINN's HLS path: the streamlined graph as FINN's own layers, their C++, its execution and FINN's Zynq build."""
