// Cycles of a batch, of its stalls, and up to its first result. All hold when no batch runs, until `clear`.
`default_nettype none

module batch_counters (
    input wire clk,
    input wire clear,
    input wire busy,
    input wire input_stalled,
    input wire output_stalled,
    input wire result,
    output reg [63:0] cycles,
    output reg [31:0] stall_input,
    output reg [31:0] stall_output,
    output reg [31:0] first_result
);
  reg seen;

  always @(posedge clk)
    if (clear) begin
      cycles <= 64'd0;
      stall_input <= 32'd0;
      stall_output <= 32'd0;
      first_result <= 32'd0;
      seen <= 1'b0;
    end else begin
      if (busy) cycles <= cycles + 64'd1;
      if (input_stalled) stall_input <= stall_input + 32'd1;
      if (output_stalled) stall_output <= stall_output + 32'd1;
      if (result) seen <= 1'b1;
      if (result && !seen) first_result <= cycles[31:0];
    end
endmodule

`default_nettype wire
