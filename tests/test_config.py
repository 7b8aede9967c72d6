"""Builds' YAML: what is legal, and what the one line says when it is not."""

import pytest
from eeg2fpga.config import load_build
from eeg2fpga.errors import UserError
from eeg2fpga.locations import BUILDS

MINIMAL = "data: {source: synthetic, label: valence}\nsplit: {protocol: trial}\n"


def written(tmp_path, text):
    path = tmp_path / "build.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("path", sorted(BUILDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_committed_builds_load(path):
    assert load_build(path).model.width > 0


def test_paths_are_relative_to_the_file(tmp_path):
    text = "data: {source: files, path: recordings, csv: table.csv}\nsplit: {protocol: subject}\n"
    data = load_build(written(tmp_path, text)).data
    assert (data.path, data.csv) == (tmp_path / "recordings", tmp_path / "table.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (MINIMAL + "hardware: {clock: 100}\n", r"unknown key `hardware\.clock`; legal keys there: part, clock_mhz"),
        (MINIMAL + "colour: red\n", "unknown key `colour`; legal keys there: data, split, model"),
        (MINIMAL.replace("trial", "weekday"), r"`split\.protocol`: Input should be 'subject', 'trial' or 'shuffled'"),
        (MINIMAL + "model: [\n", "not valid YAML at line"),
        ("split: {protocol: trial}\n", "`data`: Field required"),
        (
            "data: {source: synthetic, normalisation: fixed}\nsplit: {protocol: trial}\ndecision: relative\n",
            "decision `relative` needs data.normalisation `calibration`",
        ),
    ],
)
def test_bad_builds(tmp_path, text, message):
    with pytest.raises(UserError, match=message) as raised:
        load_build(written(tmp_path, text))
    assert "\n" not in str(raised.value)


def test_no_such_build(tmp_path):
    with pytest.raises(UserError, match="no build file"):
        load_build(tmp_path / "none.yaml")
