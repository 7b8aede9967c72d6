// A slice's four LUTs as memories: all written at ADDRD at the edge, each read at once at its own address (UG474, UG953).
// verilator lint_off DECLFILENAME
`default_nettype none

module RAM32M #(
    parameter [63:0] INIT_A = 0,
    parameter [63:0] INIT_B = 0,
    parameter [63:0] INIT_C = 0,
    parameter [63:0] INIT_D = 0,
    parameter [0:0] IS_WCLK_INVERTED = 1'b0
) (
    output wire [1:0] DOA, DOB, DOC, DOD,
    input  wire [4:0] ADDRA, ADDRB, ADDRC, ADDRD,
    input  wire [1:0] DIA, DIB, DIC, DID,
    input  wire WCLK, WE
);
  generate
    if (IS_WCLK_INVERTED) begin : g_refused
      initial $fatal(1, "RAM32M: IS_WCLK_INVERTED = %b, modelled is 0", IS_WCLK_INVERTED);
    end
  endgenerate

  reg [63:0] bits_a, bits_b, bits_c, bits_d;
  initial {bits_a, bits_b, bits_c, bits_d} = {INIT_A, INIT_B, INIT_C, INIT_D};
  always @(posedge WCLK)
    if (WE) begin
      bits_a[{ADDRD, 1'b0}+:2] <= DIA;
      bits_b[{ADDRD, 1'b0}+:2] <= DIB;
      bits_c[{ADDRD, 1'b0}+:2] <= DIC;
      bits_d[{ADDRD, 1'b0}+:2] <= DID;
    end
  assign DOA = bits_a[{ADDRA, 1'b0}+:2];
  assign DOB = bits_b[{ADDRB, 1'b0}+:2];
  assign DOC = bits_c[{ADDRC, 1'b0}+:2];
  assign DOD = bits_d[{ADDRD, 1'b0}+:2];
endmodule

module RAM64M #(
    parameter [63:0] INIT_A = 0,
    parameter [63:0] INIT_B = 0,
    parameter [63:0] INIT_C = 0,
    parameter [63:0] INIT_D = 0,
    parameter [0:0] IS_WCLK_INVERTED = 1'b0
) (
    output wire DOA, DOB, DOC, DOD,
    input  wire [5:0] ADDRA, ADDRB, ADDRC, ADDRD,
    input  wire DIA, DIB, DIC, DID,
    input  wire WCLK, WE
);
  generate
    if (IS_WCLK_INVERTED) begin : g_refused
      initial $fatal(1, "RAM64M: IS_WCLK_INVERTED = %b, modelled is 0", IS_WCLK_INVERTED);
    end
  endgenerate

  reg [63:0] bits_a, bits_b, bits_c, bits_d;
  initial {bits_a, bits_b, bits_c, bits_d} = {INIT_A, INIT_B, INIT_C, INIT_D};
  always @(posedge WCLK)
    if (WE) begin
      bits_a[ADDRD] <= DIA;
      bits_b[ADDRD] <= DIB;
      bits_c[ADDRD] <= DIC;
      bits_d[ADDRD] <= DID;
    end
  assign DOA = bits_a[ADDRA];
  assign DOB = bits_b[ADDRB];
  assign DOC = bits_c[ADDRC];
  assign DOD = bits_d[ADDRD];
endmodule

`default_nettype wire
