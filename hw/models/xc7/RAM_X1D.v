// LUTs as memories with two addresses: written at A at the edge, read at once at A (SPO) and DPRA (DPO) (UG474, UG953).
// verilator lint_off DECLFILENAME
`default_nettype none

module RAM32X1D #(
    parameter [31:0] INIT = 0,
    parameter [0:0] IS_WCLK_INVERTED = 1'b0
) (
    output wire SPO, DPO,
    input  wire A0, A1, A2, A3, A4,
    input  wire DPRA0, DPRA1, DPRA2, DPRA3, DPRA4,
    input  wire D, WCLK, WE
);
  generate
    if (IS_WCLK_INVERTED) begin : g_refused
      initial $fatal(1, "RAM32X1D: IS_WCLK_INVERTED = %b, modelled is 0", IS_WCLK_INVERTED);
    end
  endgenerate

  reg [31:0] bits;
  initial bits = INIT;
  always @(posedge WCLK) if (WE) bits[{A4, A3, A2, A1, A0}] <= D;
  assign SPO = bits[{A4, A3, A2, A1, A0}];
  assign DPO = bits[{DPRA4, DPRA3, DPRA2, DPRA1, DPRA0}];
endmodule

module RAM64X1D #(
    parameter [63:0] INIT = 0,
    parameter [0:0] IS_WCLK_INVERTED = 1'b0
) (
    output wire SPO, DPO,
    input  wire A0, A1, A2, A3, A4, A5,
    input  wire DPRA0, DPRA1, DPRA2, DPRA3, DPRA4, DPRA5,
    input  wire D, WCLK, WE
);
  generate
    if (IS_WCLK_INVERTED) begin : g_refused
      initial $fatal(1, "RAM64X1D: IS_WCLK_INVERTED = %b, modelled is 0", IS_WCLK_INVERTED);
    end
  endgenerate

  reg [63:0] bits;
  initial bits = INIT;
  always @(posedge WCLK) if (WE) bits[{A5, A4, A3, A2, A1, A0}] <= D;
  assign SPO = bits[{A5, A4, A3, A2, A1, A0}];
  assign DPO = bits[{DPRA5, DPRA4, DPRA3, DPRA2, DPRA1, DPRA0}];
endmodule

module RAM128X1D #(
    parameter [127:0] INIT = 0,
    parameter [0:0] IS_WCLK_INVERTED = 1'b0
) (
    output wire SPO, DPO,
    input  wire [6:0] A, DPRA,
    input  wire D, WCLK, WE
);
  generate
    if (IS_WCLK_INVERTED) begin : g_refused
      initial $fatal(1, "RAM128X1D: IS_WCLK_INVERTED = %b, modelled is 0", IS_WCLK_INVERTED);
    end
  endgenerate

  reg [127:0] bits;
  initial bits = INIT;
  always @(posedge WCLK) if (WE) bits[A] <= D;
  assign SPO = bits[A];
  assign DPO = bits[DPRA];
endmodule

`default_nettype wire
