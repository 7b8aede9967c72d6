"""Puts this folder on the import path, so that a unit's test imports `bench`; sums the cocotb runs up at the end."""

from collections import defaultdict

import pytest
from bench import RUNS


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item):
    """Hand the cocotb runs of a test to whoever prints the summary (another process under xdist)."""
    RUNS.clear()
    yield
    item.user_properties.extend(("cocotb", list(run)) for run in RUNS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    sets, tests, failed = defaultdict(set), defaultdict(int), defaultdict(int)
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, []) if hasattr(r, "nodeid")]
    for report in reports:
        for name, run in report.user_properties:
            if name == "cocotb":
                unit, parameters, count, failures = run
                sets[unit].add(parameters)
                tests[unit] += count
                failed[unit] += failures
    if not tests:
        return
    terminalreporter.section("cocotb: each set with random idle and back-pressure, windows without reset")
    for unit in sorted(sets):
        terminalreporter.write_line(
            f"{unit:18} {len(sets[unit]):3} parameter sets {tests[unit]:4} cocotb tests {failed[unit]:3} failed"
        )
