"""FINN's C simulation, where the environment names its libraries; the machinery and the stand-ins anywhere."""

import json
import subprocess

import numpy as np
import pytest
from eeg2fpga.compile.hls import simulate
from eeg2fpga.compile.hls.libraries import AP_TYPES, FINN_HLSLIB, Libraries, find_libraries, pinned_commit
from eeg2fpga.compile.hls.simulate import CompiledLayers
from eeg2fpga.errors import UserError
from eeg2fpga.verify.compare import first_difference

from tests.hls.test_execute import windows


def test_s_is_equal_in_cpp(s, libraries):
    found = json.loads((s.hls / "verification.json").read_text())
    assert found["simulation"] == ""
    assert [layer["simulation"] for layer in found["layers"]] == ["equal"] * 9


def test_a_random_network_is_equal_in_cpp(small, libraries, tmp_path):
    """Its pool is padded to a square; equal scores give the first class."""
    compiled = CompiledLayers(small.folded, tmp_path, libraries)
    assert compiled.failures == {}
    assert set(compiled.layers) == {layer.name for layer in small.golden.integer_layers}
    sent = windows(10)
    expected = small.golden.layers(sent)
    expected["classifier"][:5] = 7
    expected["argmax"][:5] = 0
    outputs = compiled.run(sent, expected)
    for layer in expected:
        if layer != "classifier":
            assert first_difference("C", {layer: expected[layer]}, {layer: outputs[layer]}) is None


def test_without_libraries_nothing_is_simulated(monkeypatch):
    monkeypatch.delenv(FINN_HLSLIB, raising=False)
    monkeypatch.delenv(AP_TYPES, raising=False)
    assert find_libraries() is None


def test_one_library_is_not_enough(monkeypatch, tmp_path):
    monkeypatch.delenv(AP_TYPES, raising=False)
    monkeypatch.setenv(FINN_HLSLIB, str(tmp_path))
    with pytest.raises(UserError, match=f"{AP_TYPES} is not set"):
        find_libraries()


def test_wrong_and_old_libraries_are_named(monkeypatch, tmp_path):
    library, ap_types = tmp_path / "library", tmp_path / "ap_types"
    library.mkdir()
    ap_types.mkdir()
    monkeypatch.setenv(FINN_HLSLIB, str(library))
    monkeypatch.setenv(AP_TYPES, str(ap_types))
    with pytest.raises(UserError, match=r"no bnn-library.h in .*library.* Xilinx/finn-hlslib"):
        find_libraries()
    (library / "bnn-library.h").write_text("")
    with pytest.raises(UserError, match=r"no ap_int.h in .*HLS_arbitrary_Precision_Types"):
        find_libraries()
    (ap_types / "ap_int.h").write_text("")
    (library / "flatten.hpp").write_text("")
    with pytest.raises(UserError, match=f"older than FINN's layers: check out {pinned_commit()}"):
        find_libraries()
    (library / "flatten.hpp").write_text("unflatten")
    (library / "dup.hpp").write_text("")
    assert find_libraries() == Libraries(library, ap_types, complete=False)
    (ap_types / "hls_stream.h").write_text("")
    assert find_libraries().complete


def test_libraries_that_do_not_compile_are_the_users(small, tmp_path):
    """Every program of g++ fails: one line, with what it said."""
    (tmp_path / "ap_int.h").write_text("#error not these\n")
    with pytest.raises(UserError, match="not these"):
        CompiledLayers(small.folded, tmp_path / "objects", Libraries(tmp_path, tmp_path, complete=False))


def test_a_node_that_does_not_compile_spoils_its_layer_only(small, tmp_path, monkeypatch):
    """... and, for a fork, the layer that it feeds on its other side."""

    def refuse(self, *arguments, log):
        return f"{arguments[0]}: error: none" if "DuplicateStreams" in arguments[0] else None

    monkeypatch.setattr(simulate._Compiler, "_run", refuse)
    compiled = CompiledLayers(small.folded, tmp_path, Libraries(tmp_path, tmp_path, complete=False))
    assert list(compiled.failures) == ["block0_expand_DuplicateStreams"]
    assert set(compiled.spoilt) == {"block0.expand", "block0.add"}
    assert all("block0_expand_DuplicateStreams: " in reason for reason in compiled.spoilt.values())
    assert set(compiled.layers) == {layer.name for layer in small.golden.integer_layers} - set(compiled.spoilt)


QUEUE = """
#include "hls_stream.h"
#include "hls_vector.h"
int main(int count, char **) {
  hls::stream<hls::vector<int, 2>> queue("queue");
  for (int i = 0; i < 3; i++) queue << hls::vector<int, 2>{{i, i + 10}};
  if (queue.size() != 3 || queue.full()) return 2;
  for (int i = 0; i < 3; i++) {
    auto const word = queue.read();
    if (word[0] != i || word[1] != i + 10) return 3;
  }
  hls::vector<int, 2> word;
  if (!queue.empty() || queue.read_nb(word)) return 4;
  if (count > 1) queue >> word;
  return 0;
}
"""


def test_the_stand_in_stream_is_a_queue(tmp_path):
    (tmp_path / "queue.cpp").write_text(QUEUE)
    program = tmp_path / "queue"
    options = ["-std=c++17", "-Wall", "-Werror", f"-I{simulate.STAND_INS}"]
    subprocess.run(["g++", *options, str(tmp_path / "queue.cpp"), "-o", str(program)], check=True)
    assert subprocess.run([str(program)]).returncode == 0
    empty = subprocess.run([str(program), "more"], capture_output=True, text=True)
    assert empty.returncode == 1
    assert "stream queue is read while it is empty" in empty.stderr


def test_layers_start_from_golden(small):
    """The tensors that golden's values become are the ones they came from."""
    expected = small.golden.layers(windows(1))
    for layer, values in expected.items():
        tensor = simulate.layer_tensor(small.folded, layer, values[0])
        np.testing.assert_array_equal(simulate.layer_value(small.folded, layer, tensor), values[0])
