// Simulation models of the Xilinx 7-series primitives that generated layers use (UG953); synthesis has its own.
module LUT6_2 #(parameter [63:0] INIT = 0) (output O6, O5, input I0, I1, I2, I3, I4, I5);
  wire [31:0] l = INIT[31:0];
  assign O6 = INIT[{I5, I4, I3, I2, I1, I0}];
  assign O5 = l[{I4, I3, I2, I1, I0}];
endmodule
module CARRY4 (output [3:0] CO, O, input CI, CYINIT, input [3:0] DI, S);
  wire [4:0] c;
  assign c[0] = CI | CYINIT;
  for (genvar k = 0; k < 4; k = k + 1) assign c[k + 1] = S[k] ? c[k] : DI[k];
  assign CO = c[4:1];
  assign O = S ^ c[3:0];
endmodule
module LUT1 #(parameter [1:0] INIT = 0) (output O, input I0);
  assign O = INIT[{I0}];
endmodule
module LUT2 #(parameter [3:0] INIT = 0) (output O, input I0, I1);
  assign O = INIT[{I1, I0}];
endmodule
module LUT3 #(parameter [7:0] INIT = 0) (output O, input I0, I1, I2);
  assign O = INIT[{I2, I1, I0}];
endmodule
module LUT4 #(parameter [15:0] INIT = 0) (output O, input I0, I1, I2, I3);
  assign O = INIT[{I3, I2, I1, I0}];
endmodule
module LUT5 #(parameter [31:0] INIT = 0) (output O, input I0, I1, I2, I3, I4);
  assign O = INIT[{I4, I3, I2, I1, I0}];
endmodule
module LUT6 #(parameter [63:0] INIT = 0) (output O, input I0, I1, I2, I3, I4, I5);
  assign O = INIT[{I5, I4, I3, I2, I1, I0}];
endmodule
module FDRE (output reg Q, input C, CE, R, D);
  always @(posedge C) if (R) Q <= 1'b0; else if (CE) Q <= D;
endmodule
