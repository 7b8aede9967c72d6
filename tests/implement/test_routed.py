"""Netlists in the form of Vivado's: read, and simulated with the models of the primitives."""

import pytest
from eeg2fpga.errors import CheckError
from eeg2fpga.implement.routed import simulatable

from tests.vivado_netlist import GLBL, HEAD

IP = """\
module processor
   (a);
  (* keep *)
  processor_processing_system7_0 ps7
       (.a(a));
endmodule
module processor_processing_system7_0
   (a);
  PS7 #(
    .SOME("x"))
    \\inst/PS7_i
       (.DDRARB({\\<const0> ,\\<const0> ,\\<const0> ,a}),
        .FCLKCLK({\\n[3] ,\\n[2] ,
            \\n[1] ,a}),
        .DDRA(NLW_DDRA_UNCONNECTED[14:0]),
        .MAXIGP0ACLK(a));
  BIBUF DDR_CAS_n_BIBUF
       (.IO(b),
        .PAD(DDR_CAS_n));
endmodule
module eeg2fpga_top
   (led);
  OBUF led_OBUF_inst
       (.I(a));
  processor \\zynq/processor
       (.a(a));
endmodule
"""


def made(tmp_path, text: str) -> str:
    (tmp_path / "routed.v").write_text(text)
    simulatable(tmp_path / "routed.v", tmp_path / "simulated.v")
    return (tmp_path / "simulated.v").read_text()


def test_the_processor_is_found_at_any_depth(tmp_path):
    text = made(tmp_path, HEAD + IP + GLBL)
    where = "`define PS7 design_under_test.\\zynq/processor .ps7.\\inst/PS7_i "
    assert text.startswith(f"`define GLBL\n{where}\nmodule BIBUF ") and "timescale" not in text
    assert "(.FCLKCLK({\\n[3] ,\\n[2] ,\n            \\n[1] ,a}),\n        .MAXIGP0ACLK(a));\n  BIBUF" in text
    assert "DDRARB" not in text and "DDRA(" not in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (IP.replace("PS7 #(", "PS8 #("), "0 instances of PS7"),
        (IP.replace("  OBUF led_OBUF_inst", "  PS7 other"), "2 instances of PS7"),
        (IP + "`pragma protect begin_protected\n", "encrypted"),
    ],
)
def test_a_netlist_that_cannot_be_simulated(tmp_path, text, words):
    with pytest.raises(CheckError, match=words):
        made(tmp_path, text)
