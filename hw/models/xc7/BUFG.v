// The clock buffer (UG953).
`default_nettype none

module BUFG (
    output wire O,
    input  wire I
);
  assign O = I;
endmodule

`default_nettype wire
