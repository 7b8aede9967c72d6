// Four bits of a carry chain: at each the carry goes on (S = 1) or DI takes its place (UG953). Scalars, not a vector of carries:
// simulators take a vector that feeds itself for a loop.
`default_nettype none

module CARRY4 (
    output wire [3:0] CO, O,
    input  wire CI, CYINIT,
    input  wire [3:0] DI, S
);
  wire c0 = CI | CYINIT;
  wire c1 = S[0] ? c0 : DI[0];
  wire c2 = S[1] ? c1 : DI[1];
  wire c3 = S[2] ? c2 : DI[2];
  wire c4 = S[3] ? c3 : DI[3];
  assign CO = {c4, c3, c2, c1};
  assign O = S ^ {c3, c2, c1, c0};
endmodule

`default_nettype wire
