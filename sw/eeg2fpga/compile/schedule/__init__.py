"""When each word moves: units' schedules, and a simulation of a graph of them that agrees with the RTL to the cycle."""
