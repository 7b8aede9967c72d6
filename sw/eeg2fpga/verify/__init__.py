"""Golden model, verilated model, comparison."""
