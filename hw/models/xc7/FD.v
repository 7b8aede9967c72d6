// Flip-flops with a synchronous (FDRE, FDSE) or asynchronous (FDCE, FDPE) reset or set, which goes before CE (UG953).
//
// They start with INIT. x, which Yosys writes where the RTL says nothing, is a random bit in Verilator (--x-assign unique) and x in
// others: a design must not depend on it.
// verilator lint_off DECLFILENAME
`default_nettype none

module FDRE #(
    parameter [0:0] INIT = 1'b0,
    parameter [0:0] IS_C_INVERTED = 1'b0,
    parameter [0:0] IS_D_INVERTED = 1'b0,
    parameter [0:0] IS_R_INVERTED = 1'b0
) (
    output reg  Q,
    input  wire C, CE, D, R
);
  wire forced = R ^ IS_R_INVERTED;
  initial Q = INIT;
  generate
    if (!IS_C_INVERTED) begin : g_rising
      always @(posedge C)
        if (forced) Q <= 1'b0;
        else if (CE) Q <= D ^ IS_D_INVERTED;
    end else begin : g_falling
      always @(negedge C)
        if (forced) Q <= 1'b0;
        else if (CE) Q <= D ^ IS_D_INVERTED;
    end
  endgenerate
endmodule

module FDSE #(
    parameter [0:0] INIT = 1'b1,
    parameter [0:0] IS_C_INVERTED = 1'b0,
    parameter [0:0] IS_D_INVERTED = 1'b0,
    parameter [0:0] IS_S_INVERTED = 1'b0
) (
    output reg  Q,
    input  wire C, CE, D, S
);
  wire forced = S ^ IS_S_INVERTED;
  initial Q = INIT;
  generate
    if (!IS_C_INVERTED) begin : g_rising
      always @(posedge C)
        if (forced) Q <= 1'b1;
        else if (CE) Q <= D ^ IS_D_INVERTED;
    end else begin : g_falling
      always @(negedge C)
        if (forced) Q <= 1'b1;
        else if (CE) Q <= D ^ IS_D_INVERTED;
    end
  endgenerate
endmodule

module FDCE #(
    parameter [0:0] INIT = 1'b0,
    parameter [0:0] IS_C_INVERTED = 1'b0,
    parameter [0:0] IS_D_INVERTED = 1'b0,
    parameter [0:0] IS_CLR_INVERTED = 1'b0
) (
    output reg  Q,
    input  wire C, CE, D, CLR
);
  wire forced = CLR ^ IS_CLR_INVERTED;
  initial Q = INIT;
  generate
    if (!IS_C_INVERTED) begin : g_rising
      always @(posedge C or posedge forced)
        if (forced) Q <= 1'b0;
        else if (CE) Q <= D ^ IS_D_INVERTED;
    end else begin : g_falling
      always @(negedge C or posedge forced)
        if (forced) Q <= 1'b0;
        else if (CE) Q <= D ^ IS_D_INVERTED;
    end
  endgenerate
endmodule

module FDPE #(
    parameter [0:0] INIT = 1'b1,
    parameter [0:0] IS_C_INVERTED = 1'b0,
    parameter [0:0] IS_D_INVERTED = 1'b0,
    parameter [0:0] IS_PRE_INVERTED = 1'b0
) (
    output reg  Q,
    input  wire C, CE, D, PRE
);
  wire forced = PRE ^ IS_PRE_INVERTED;
  initial Q = INIT;
  generate
    if (!IS_C_INVERTED) begin : g_rising
      always @(posedge C or posedge forced)
        if (forced) Q <= 1'b1;
        else if (CE) Q <= D ^ IS_D_INVERTED;
    end else begin : g_falling
      always @(negedge C or posedge forced)
        if (forced) Q <= 1'b1;
        else if (CE) Q <= D ^ IS_D_INVERTED;
    end
  endgenerate
endmodule

`default_nettype wire
