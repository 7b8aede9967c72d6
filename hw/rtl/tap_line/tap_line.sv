// The taps of a few channels of a tap_window: per channel a line of GROUPS groups of GROUP_BITS bits, the newest on top.
//
// In the cycle after `shift` the groups in `entry` move in, and everything by one; after `begin_window`, which comes with `shift`, all older
// ones become PAD_GROUP. The registers of the two are this unit's own, lest thousands of flip-flops have one enable; synthesis keeps them apart
// because it maps unit by unit, or by the attribute.
`default_nettype none

module tap_line #(
    parameter integer CHANNELS = 1,
    parameter integer GROUPS = 2,
    parameter integer GROUP_BITS = 4,
    parameter integer PAD_GROUP = 0
) (
    input wire clk,
    input wire shift,
    input wire begin_window,
    input wire [CHANNELS*GROUP_BITS-1:0] entry,
    output wire [CHANNELS*GROUPS*GROUP_BITS-1:0] taps
);
  localparam integer LINE = GROUPS * GROUP_BITS;

  (* keep = "true" *)
  reg moves, begins;
  always @(posedge clk) begin
    moves  <= shift;
    begins <= begin_window;
  end

  genvar c;
  generate
    for (c = 0; c < CHANNELS; c = c + 1) begin : g_channel
      reg [LINE-1:0] line;
      assign taps[c*LINE+:LINE] = line;
      always @(posedge clk) if (moves) line[LINE-1-:GROUP_BITS] <= entry[c*GROUP_BITS+:GROUP_BITS];
      if (GROUPS > 1) begin : g_older
        always @(posedge clk)
          if (begins) line[LINE-GROUP_BITS-1:0] <= {(GROUPS - 1) {GROUP_BITS'(PAD_GROUP)}};
          else if (moves) line[LINE-GROUP_BITS-1:0] <= line[LINE-1:GROUP_BITS];
      end else begin : g_alone
        wire unused = &{1'b0, begins};
      end
    end
  endgenerate
endmodule

`default_nettype wire
