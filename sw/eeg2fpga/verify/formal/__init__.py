"""Proofs about single units: properties of their RTL, and RTL = netlist. `make prove`."""
