"""ABORT at any moment: what was issued is finished, nothing else is touched, and the next batch is right."""

import random

import numpy as np
import pytest
from eeg2fpga.board import registers as reg

from tests.shell.host import GUARD, Host


@pytest.mark.parametrize("stall", [0, 400])
def test_at_fifty_random_moments(quick, host, stall):
    """Each followed by a correct batch. Results that came before the abort may be there, whole bursts of them."""
    generator = random.Random(stall)
    windows = quick.windows(300)
    classes = quick.classes(windows)
    host.device.configure(stall_per_mille=stall, seed=stall + 1)
    whole = duration(host, windows)
    host.device.configure(stall_per_mille=stall, seed=stall + 2)
    moments = [0, 1, 2, *(generator.randrange(whole) for _ in range(47))]
    done = []
    for moment in moments:
        batch = host.place(windows)
        host.start(batch)
        host.device.run(moment)
        if host.device.read(reg.STATUS) & reg.BUSY:
            host.device.write(reg.CONTROL, reg.ABORT)
        assert host.finish(cycles=5000) in (reg.ABORTED, reg.DONE), "only a batch that is at its end may still be done"
        done.append(host.device.read(reg.WINDOWS_DONE))
        settled(host)
        written = host.written(batch)
        assert ((written[:300] == classes) | (written[:300] == GUARD)).all()
        assert (written[300:] == GUARD).all()
        host.free(batch)
        host.check(windows[:20], classes[:20])
    assert len(set(done)) > 25, "the moments were not spread"


def test_while_reads_wait_long(quick, host):
    """Reads that were issued are taken, however late they come."""
    host.device.configure(read_latency=20_000)
    host.start(host.place(quick.windows(30)))
    host.device.run(200)
    assert host.device.counts()["reads_now"] == 4
    host.device.write(reg.CONTROL, reg.ABORT)
    assert not host.device.run(19_000, until_interrupt=True)
    assert host.device.read(reg.STATUS) == reg.BUSY
    assert host.finish(cycles=2000) == reg.ABORTED
    host.device.configure()
    windows = quick.windows(30)
    host.check(windows, quick.classes(windows))


def test_while_writes_wait_long(quick, host):
    host.device.configure(write_latency=20_000)
    host.start(host.place(quick.windows(300)))
    host.device.run(300 * quick.cycles + 1000)
    assert host.device.counts()["writes_now"] > 1
    host.device.write(reg.CONTROL, reg.ABORT)
    assert host.finish(cycles=21_000) == reg.ABORTED


def test_while_idle_does_nothing(quick, host):
    windows = quick.windows(20)
    host.check(windows, quick.classes(windows))
    host.device.write(reg.CONTROL, reg.ABORT)
    assert not host.device.run(100, until_interrupt=True)
    assert host.device.read(reg.STATUS) == reg.DONE
    host.check(windows, quick.classes(windows))


def test_of_a_batch_that_fails_anyway(quick, host):
    """Both are told."""
    host.device.configure(read_latency=500)
    batch = host.place(quick.windows(30))
    host.device.fault(batch.source_address, batch.source_address + 8, 2)
    host.start(batch)
    host.device.run(100)
    host.device.write(reg.CONTROL, reg.ABORT)
    assert host.finish() == reg.ABORTED | reg.ERRED


def test_status_is_cleared_by_the_next_start_and_by_clear(quick, host):
    windows = quick.windows(20)
    for _ in range(2):
        host.start(host.place(windows))
        host.device.write(reg.CONTROL, reg.ABORT)
        assert host.finish() == reg.ABORTED
    host.device.write(reg.CONTROL, reg.CLEAR)
    assert host.device.read(reg.STATUS) == 0
    host.start(host.place(windows))
    assert host.device.read(reg.STATUS) == reg.BUSY
    host.finish()


def duration(host: Host, windows: np.ndarray) -> int:
    """Cycles of a whole batch."""
    host.start(host.place(windows))
    assert host.finish() == reg.DONE
    return host.device.read(reg.CYCLES)


def settled(host: Host) -> None:
    """Fails if a burst is issued while no batch runs."""
    before = host.device.counts()
    host.device.run(300)
    after = host.device.counts()
    assert (before["read_bursts"], before["write_bursts"]) == (after["read_bursts"], after["write_bursts"])
