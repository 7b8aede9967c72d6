"""A netlist of Yosys' as Vivado's write_verilog -mode funcsim writes one: the form, not what Vivado makes of a design.

As netlists have it that others published: escaped names, constants from cells VCC and GND, parameters of each primitive
with its inversions, ports in the old style, unconnected outputs on nets of their own, hierarchy, timescale, glbl.
"""

import json
from collections.abc import Iterator
from pathlib import Path

TOP, INNER = "eeg2fpga_top", "eeg2fpga_top_zynq_top"
HEAD = """\
// Tool Version: Vivado v.2024.1 (lin64) Build 5076996 Wed May 22 18:36:09 MDT 2024
// Command     : write_verilog -force -mode funcsim routed.v
// Purpose     : This verilog netlist is a functional simulation representation of the design and should not be modified
//               or synthesized. This netlist cannot be used for SDF annotated simulation.
`timescale 1 ps / 1 ps

"""
GLBL = """
`ifndef GLBL
`define GLBL
`timescale  1 ps / 1 ps

module glbl ();

    parameter ROC_WIDTH = 100000;
    wire GSR;
    tri1 p_up_tmp;
    tri (weak1, strong0) PLL_LOCKG = p_up_tmp;
    reg GSR_int;
    assign (strong1, weak0) GSR = GSR_int;

    initial begin
\tGSR_int = 1'b1;
\t#(ROC_WIDTH)
\tGSR_int = 1'b0;
    end

endmodule
`endif
"""
INVERTIBLE = {
    **{kind: ("C", "D", reset) for kind, reset in (("FDRE", "R"), ("FDSE", "S"), ("FDCE", "CLR"), ("FDPE", "PRE"))},
    **{"RAM32M": ("WCLK",), "RAM64M": ("WCLK",), "SRL16E": ("CLK",), "SRLC32E": ("CLK",)},
}
"""Pins whose inversion is a parameter that Vivado writes."""


def vivado_netlist(source: Path) -> str:
    """The whole design of implement.whole (Yosys' JSON, flat) in that form: its pad outside, the rest in `zynq`."""
    module = json.loads(source.read_text())["modules"][TOP]
    pads = {name: cell for name, cell in module["cells"].items() if cell["type"] == "OBUF"}
    rest = {name: cell for name, cell in module["cells"].items() if name not in pads}
    (pad,) = pads.values()
    (inside,) = pad["connections"]["I"]
    outer = f"""\
(* ECO_CHECKSUM = "0" *) (* STRUCTURAL_NETLIST = "yes" *)
module {TOP}
   (led);
  output led;

  wire led;
  wire led_OBUF;

  OBUF led_OBUF_inst
       (.I(led_OBUF),
        .O(led));
  {INNER} zynq
       (.led_OBUF(led_OBUF));
endmodule
"""
    return HEAD + "\n".join([*_inner(rest, inside)]) + "\n\n" + outer + GLBL


def _inner(cells: dict[str, dict], led: int) -> Iterator[str]:
    bits = {
        bit for cell in cells.values() for bits in cell["connections"].values() for bit in bits if isinstance(bit, int)
    }
    yield from (f"module {INNER}", "   (led_OBUF);", "  output led_OBUF;", "")
    yield from (r"  wire \<const0> ;", r"  wire \<const1> ;", "  wire led_OBUF;")
    yield from (f"  wire {_net(bit)};" for bit in sorted(bits))
    instances = [line for name, cell in cells.items() for line in _instance(name, cell)]
    yield from sorted(line for line in instances if line.startswith("  wire NLW"))
    yield from ("", f"  assign led_OBUF = {_net(led)};", "  GND GND", r"       (.G(\<const0> ));")
    yield from ("  VCC VCC", r"       (.P(\<const1> ));")
    yield from (line for line in instances if not line.startswith("  wire NLW"))
    yield "endmodule"


def _net(bit: int | str) -> str:
    if isinstance(bit, int):
        return rf"\net/n_reg[{bit}] "
    return r"\<const1> " if bit == "1" else r"\<const0> "


def _instance(name: str, cell: dict) -> Iterator[str]:
    kind, called = cell["type"], "ps7" if cell["type"] == "PS7" else rf"\{name.replace(' ', '_')} "
    given = {key: _value(text) for key, text in cell["parameters"].items()}
    given |= {f"IS_{pin}_INVERTED": given.get(f"IS_{pin}_INVERTED", "1'b0") for pin in INVERTIBLE.get(kind, ())}
    ports = []
    for port, bits in cell["connections"].items():
        if cell["port_directions"][port] == "output" and not any(isinstance(bit, int) for bit in bits):
            loose = rf"NLW_{called.strip().strip(chr(92)).replace('/', '_')}_{port}_UNCONNECTED"
            width = f"[{len(bits) - 1}:0]" if len(bits) > 1 else ""
            yield rf"  wire {width}\{loose} ;"
            ports.append(rf".{port}(\{loose} )")
        else:
            nets = [_net(bit) for bit in reversed(bits)]
            ports.append(f".{port}({{{','.join(nets)}}})" if len(nets) > 1 else f".{port}({nets[0]})")
    if kind == "PS7":
        ports[1:1] = [r".DDRARB({\<const0> ,\<const0> ,\<const0> ,\<const0> })", r".EMIOCAN0PHYRX(\<const0> )"]
    head = f"  {kind} #(" if given else f"  {kind} {called}"
    yield head
    if given:
        parameters = [f".{key}({value})" for key, value in given.items()]
        yield from (f"    {text}{',' if text != parameters[-1] else ') '}" for text in parameters)
        yield f"    {called}"
    yield from (
        (f"       ({text}" if not n else f"        {text}") + ("," if text != ports[-1] else ");")
        for n, text in enumerate(ports)
    )


def _value(text: str) -> str:
    """A parameter as Vivado writes it: text, small numbers in decimal, vectors as such; what is undefined is 0."""
    if set(text) - set("01x"):
        return f'"{text.strip()}"'
    number = int(text.replace("x", "0"), 2)
    if len(text) == 32 and number < 100:
        return str(number)
    return f"{len(text)}'b{number:b}" if len(text) < 4 else f"{len(text)}'h{number:x}"
