"""QONNX to RTL: export, streamlining, dataflow graph, folding, buffers, top level."""
