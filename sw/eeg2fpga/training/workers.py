"""Processes for trainings side by side."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread


def worker_pool(workers: int | None = None) -> ProcessPoolExecutor:
    """So many fresh processes (default: one a core) that end with this one, however it ends."""
    count = workers or len(os.sched_getaffinity(0))
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_watch_parent)


def _watch_parent() -> None:
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A pool's processes outlive a parent that was killed, and would train what its successor trains too."""
    parent_process().join()
    os._exit(1)
