// LUTs as memories with one address: written at the edge, read at once (UG474, UG953).
// verilator lint_off DECLFILENAME
`default_nettype none

module RAM32X1S #(
    parameter [31:0] INIT = 0,
    parameter [0:0] IS_WCLK_INVERTED = 1'b0
) (
    output wire O,
    input  wire A0, A1, A2, A3, A4,
    input  wire D, WCLK, WE
);
  generate
    if (IS_WCLK_INVERTED) begin : g_refused
      initial $fatal(1, "RAM32X1S: IS_WCLK_INVERTED = %b, modelled is 0", IS_WCLK_INVERTED);
    end
  endgenerate

  reg [31:0] bits;
  initial bits = INIT;
  always @(posedge WCLK) if (WE) bits[{A4, A3, A2, A1, A0}] <= D;
  assign O = bits[{A4, A3, A2, A1, A0}];
endmodule

module RAM64X1S #(
    parameter [63:0] INIT = 0,
    parameter [0:0] IS_WCLK_INVERTED = 1'b0
) (
    output wire O,
    input  wire A0, A1, A2, A3, A4, A5,
    input  wire D, WCLK, WE
);
  generate
    if (IS_WCLK_INVERTED) begin : g_refused
      initial $fatal(1, "RAM64X1S: IS_WCLK_INVERTED = %b, modelled is 0", IS_WCLK_INVERTED);
    end
  endgenerate

  reg [63:0] bits;
  initial bits = INIT;
  always @(posedge WCLK) if (WE) bits[{A5, A4, A3, A2, A1, A0}] <= D;
  assign O = bits[{A5, A4, A3, A2, A1, A0}];
endmodule

module RAM128X1S #(
    parameter [127:0] INIT = 0,
    parameter [0:0] IS_WCLK_INVERTED = 1'b0
) (
    output wire O,
    input  wire A0, A1, A2, A3, A4, A5, A6,
    input  wire D, WCLK, WE
);
  generate
    if (IS_WCLK_INVERTED) begin : g_refused
      initial $fatal(1, "RAM128X1S: IS_WCLK_INVERTED = %b, modelled is 0", IS_WCLK_INVERTED);
    end
  endgenerate

  reg [127:0] bits;
  initial bits = INIT;
  always @(posedge WCLK) if (WE) bits[{A6, A5, A4, A3, A2, A1, A0}] <= D;
  assign O = bits[{A6, A5, A4, A3, A2, A1, A0}];
endmodule

module RAM256X1S #(
    parameter [255:0] INIT = 0,
    parameter [0:0] IS_WCLK_INVERTED = 1'b0
) (
    output wire O,
    input  wire [7:0] A,
    input  wire D, WCLK, WE
);
  generate
    if (IS_WCLK_INVERTED) begin : g_refused
      initial $fatal(1, "RAM256X1S: IS_WCLK_INVERTED = %b, modelled is 0", IS_WCLK_INVERTED);
    end
  endgenerate

  reg [255:0] bits;
  initial bits = INIT;
  always @(posedge WCLK) if (WE) bits[A] <= D;
  assign O = bits[A];
endmodule

`default_nettype wire
