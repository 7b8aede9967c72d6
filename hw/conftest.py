"""Puts this folder on the import path, so that a unit's test imports `bench`; sums the cocotb runs up at the end."""

from collections import defaultdict

import pytest
from bench import FORMS, NETLIST, RTL, RUNS


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--netlists`: on the netlists of all parameter sets, instead of on RTL and the netlists of marked ones."""
    parser.addoption("--netlists", action="store_true", help="cocotb tests on every unit's netlist, not on its RTL")


def pytest_configure(config: pytest.Config) -> None:
    """`bench.parameter_sets` gives the first mark."""
    config.addinivalue_line("markers", "netlist: the unit's cocotb tests run on its netlist too")
    config.addinivalue_line("markers", "rtl_only(why): no netlist with --netlists")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what has no netlist of its own."""
    alone = item.get_closest_marker("rtl_only")
    if alone and item.config.getoption("netlists"):
        pytest.skip(alone.args[0])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item):
    """Say what is simulated; hand the cocotb runs to whoever prints the summary (another process under xdist)."""
    marked = item.get_closest_marker("netlist") is not None
    FORMS[:] = [NETLIST] if item.config.getoption("netlists") else [RTL, NETLIST] if marked else [RTL]
    RUNS.clear()
    yield
    item.user_properties.extend(("cocotb", list(run)) for run in RUNS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    sets, tests, failed = defaultdict(set), defaultdict(int), defaultdict(int)
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, []) if hasattr(r, "nodeid")]
    for report in reports:
        for name, run in report.user_properties:
            if name == "cocotb":
                unit, form, parameters, count, failures = run
                sets[unit, form].add(parameters)
                tests[unit] += count
                failed[unit] += failures
    if not tests:
        return
    terminalreporter.section("cocotb: each set with random idle and back-pressure, windows without reset")
    for unit in sorted(tests):
        terminalreporter.write_line(
            f"{unit:18} {len(sets[unit, RTL]):3} parameter sets, netlists of {len(sets[unit, NETLIST]):3} "
            f"{tests[unit]:5} cocotb tests {failed[unit]:3} failed"
        )
