"""Puts this folder on the import path, so that a unit's test imports `bench`."""
