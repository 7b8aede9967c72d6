// Look-up tables: INIT's bit at the address {I5 .. I0} (UG953).
// verilator lint_off DECLFILENAME
`default_nettype none

module LUT1 #(
    parameter [1:0] INIT = 0
) (
    output wire O,
    input  wire I0
);
  assign O = INIT[I0];
endmodule

module LUT2 #(
    parameter [3:0] INIT = 0
) (
    output wire O,
    input  wire I0, I1
);
  assign O = INIT[{I1, I0}];
endmodule

module LUT3 #(
    parameter [7:0] INIT = 0
) (
    output wire O,
    input  wire I0, I1, I2
);
  assign O = INIT[{I2, I1, I0}];
endmodule

module LUT4 #(
    parameter [15:0] INIT = 0
) (
    output wire O,
    input  wire I0, I1, I2, I3
);
  assign O = INIT[{I3, I2, I1, I0}];
endmodule

module LUT5 #(
    parameter [31:0] INIT = 0
) (
    output wire O,
    input  wire I0, I1, I2, I3, I4
);
  assign O = INIT[{I4, I3, I2, I1, I0}];
endmodule

module LUT6 #(
    parameter [63:0] INIT = 0
) (
    output wire O,
    input  wire I0, I1, I2, I3, I4, I5
);
  assign O = INIT[{I5, I4, I3, I2, I1, I0}];
endmodule

// Two functions of the same inputs: O5 is the lower half of the table.
module LUT6_2 #(
    parameter [63:0] INIT = 0
) (
    output wire O6, O5,
    input  wire I0, I1, I2, I3, I4, I5
);
  assign O6 = INIT[{I5, I4, I3, I2, I1, I0}];
  assign O5 = INIT[{1'b0, I4, I3, I2, I1, I0}];
endmodule

`default_nettype wire
