// Constants, inverter and buffers (UG953).
// verilator lint_off DECLFILENAME
`default_nettype none

module GND (
    output wire G
);
  assign G = 1'b0;
endmodule

module VCC (
    output wire P
);
  assign P = 1'b1;
endmodule

module INV (
    output wire O,
    input  wire I
);
  assign O = !I;
endmodule

module IBUF (
    output wire O,
    input  wire I
);
  assign O = I;
endmodule

module OBUF (
    output wire O,
    input  wire I
);
  assign O = I;
endmodule

`default_nettype wire
