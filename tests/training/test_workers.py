"""A study that is killed leaves nothing running."""

import subprocess
import sys

import psutil

STUDY = """
import os, time
from eeg2fpga.training.workers import worker_pool

if __name__ == "__main__":
    with worker_pool(2) as pool:
        pool.submit(os.getpid).result()
        print(*pool._processes, flush=True)
        pool.submit(time.sleep, 600).result()
"""


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    script = tmp_path / "study.py"
    script.write_text(STUDY)
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    workers = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    assert workers and all(worker.is_running() for worker in workers)
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(workers, timeout=30)
    for worker in alive:
        worker.kill()
    assert not alive
