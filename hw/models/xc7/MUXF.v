// The slice's multiplexers behind LUTs (UG953).
// verilator lint_off DECLFILENAME
`default_nettype none

module MUXF7 (
    output wire O,
    input  wire I0, I1, S
);
  assign O = S ? I1 : I0;
endmodule

module MUXF8 (
    output wire O,
    input  wire I0, I1, S
);
  assign O = S ? I1 : I0;
endmodule

`default_nettype wire
