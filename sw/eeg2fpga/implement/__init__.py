"""From RTL to netlists and bitstreams."""
