"""Recordings to windows: one module a data set, montage and grid, normalisation, splits, cache."""
