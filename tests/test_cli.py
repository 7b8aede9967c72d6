"""The command line on bad input: exit code 2, one line that says what to do, no traceback, nothing written."""

import subprocess
import sys

import pytest
from eeg2fpga.locations import OUTPUTS


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "eeg2fpga.cli", *arguments], capture_output=True, text=True)


def expect_one_line(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 2, done.stderr
    lines = done.stderr.strip().split("\n")
    assert len(lines) == 1, done.stderr
    for part in parts:
        assert part in lines[0]


def test_no_such_build():
    expect_one_line(run("demo", "no-such-build"), "no-such-build", "builds/*.yaml")
    assert not (OUTPUTS / "no-such-build").exists()


@pytest.mark.parametrize("command", ["demo", "verify"])
def test_unknown_key(tmp_path, command):
    build = tmp_path / "unknown-key.yaml"
    build.write_text("data: {source: synthetic, lable: valence}\nsplit: {protocol: trial}\n")
    expect_one_line(run(command, str(build)), "unknown key `data.lable`", "legal keys there: source, label")
    assert not (OUTPUTS / "unknown-key").exists()


def test_no_such_folder(tmp_path):
    build = tmp_path / "no-folder.yaml"
    build.write_text("data: {source: deap, label: valence, path: nowhere}\nsplit: {protocol: trial}\n")
    expect_one_line(run("demo", str(build)), "nowhere")
    assert not (OUTPUTS / "no-folder").exists()


def test_verify_before_demo(tmp_path):
    build = tmp_path / "never-built.yaml"
    build.write_text("data: {source: synthetic, label: valence}\nsplit: {protocol: trial}\n")
    expect_one_line(run("verify", str(build)), "never-built", "make demo")
