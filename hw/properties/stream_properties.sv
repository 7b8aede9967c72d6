// What every stream keeps: a word that is offered stays, unchanged, until it is taken; no word is offered in the cycle after a reset.
//
// `settled`: a reset has been. Before that nothing is claimed.
`default_nettype none

module stream_properties #(
    parameter integer WIDTH = 8
) (
    input wire clk,
    input wire rst_n,
    input wire settled,
    input wire [WIDTH-1:0] data,
    input wire valid,
    input wire ready
);
  reg refused, reset;
  reg [WIDTH-1:0] offered;

  initial refused = 1'b0;
  initial reset = 1'b0;
  always @(posedge clk) begin
    refused <= rst_n && valid && !ready;
    reset   <= !rst_n;
    offered <= data;
  end

  always @(posedge clk)
    if (settled) begin
      if (refused) stays : assert (valid && data == offered);
      if (reset) empty_after_reset : assert (!valid);
    end
endmodule

`default_nettype wire
