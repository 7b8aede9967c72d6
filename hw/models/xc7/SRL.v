// LUTs as shift registers: Q is the bit that came A + 1 enabled edges ago, Q15 and Q31 the last (UG953). No reset.
// verilator lint_off DECLFILENAME
`default_nettype none

module SRL16E #(
    parameter [15:0] INIT = 0,
    parameter [0:0] IS_CLK_INVERTED = 1'b0
) (
    output wire Q,
    input  wire A0, A1, A2, A3, CE, CLK, D
);
  generate
    if (IS_CLK_INVERTED) begin : g_refused
      initial $fatal(1, "SRL16E: IS_CLK_INVERTED = %b, modelled is 0", IS_CLK_INVERTED);
    end
  endgenerate

  reg [15:0] bits;
  initial bits = INIT;
  always @(posedge CLK) if (CE) bits <= {bits[14:0], D};
  assign Q = bits[{A3, A2, A1, A0}];
endmodule

module SRLC16E #(
    parameter [15:0] INIT = 0,
    parameter [0:0] IS_CLK_INVERTED = 1'b0
) (
    output wire Q, Q15,
    input  wire A0, A1, A2, A3, CE, CLK, D
);
  generate
    if (IS_CLK_INVERTED) begin : g_refused
      initial $fatal(1, "SRLC16E: IS_CLK_INVERTED = %b, modelled is 0", IS_CLK_INVERTED);
    end
  endgenerate

  reg [15:0] bits;
  initial bits = INIT;
  always @(posedge CLK) if (CE) bits <= {bits[14:0], D};
  assign Q = bits[{A3, A2, A1, A0}];
  assign Q15 = bits[15];
endmodule

module SRLC32E #(
    parameter [31:0] INIT = 0,
    parameter [0:0] IS_CLK_INVERTED = 1'b0
) (
    output wire Q, Q31,
    input  wire [4:0] A,
    input  wire CE, CLK, D
);
  generate
    if (IS_CLK_INVERTED) begin : g_refused
      initial $fatal(1, "SRLC32E: IS_CLK_INVERTED = %b, modelled is 0", IS_CLK_INVERTED);
    end
  endgenerate

  reg [31:0] bits;
  initial bits = INIT;
  always @(posedge CLK) if (CE) bits <= {bits[30:0], D};
  assign Q = bits[A];
  assign Q31 = bits[31];
endmodule

`default_nettype wire
