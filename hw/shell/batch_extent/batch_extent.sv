// Last beat of a batch's input, source/8 + (windows*WINDOW_BYTES - 1)/8, with one adder over a few cycles. With `beats` the windows
// have 8 bytes.
//
// From `load` on: a cycle for each bit of WINDOW_BYTES, high first (Horner), one for -1, one for the source, then `valid`.
// `windows` (at least 1), `beats` and `source` (a multiple of 8) hold still meanwhile. `too_long`: the batch passes the address space's end.
`default_nettype none

module batch_extent #(
    parameter integer WINDOW_BYTES = 1
) (
    input wire clk,
    input wire rst_n,
    input wire load,
    input wire beats,
    input wire [31:0] windows,
    input wire [31:0] source,
    output reg valid,
    output reg too_long,
    output wire [28:0] last_beat
);
  localparam integer BITS = WINDOW_BYTES < 8 ? 4 : $clog2(WINDOW_BYTES + 1);
  localparam [5:0] FIRST = 6'(BITS + 1);
  localparam [63:0] FACTOR = {30'd0, WINDOW_BYTES[31:0], 2'b00};
  localparam [63:0] BEAT = {30'd0, 32'd8, 2'b00};

  generate
    if (WINDOW_BYTES < 1) begin : g_illegal_window
      ILLEGAL_WINDOW_BYTES_below_one_in_batch_extent u ();
    end
  endgenerate

  reg [5:0] step;
  reg active;
  reg [31:0] sum;
  wire multiply = step[5:1] != 5'd0;
  wire [31:0] base = multiply ? {sum[30:0], 1'b0} : sum;
  wire [31:0] term = multiply ? ((beats ? BEAT[step] : FACTOR[step]) ? windows : 32'd0) : step[0] ? {32{1'b1}} : source;
  wire [32:0] total = {1'b0, base} + {1'b0, term};

  assign last_beat = sum[31:3];

  always @(posedge clk)
    if (!rst_n || load) begin
      active   <= rst_n;
      valid    <= 1'b0;
      too_long <= 1'b0;
      step     <= FIRST;
      sum      <= 32'd0;
    end else if (active) begin
      step   <= step - 6'd1;
      sum    <= total[31:0];
      active <= step != 6'd0;
      valid  <= step == 6'd0;
      // The carry of -1 is no overflow.
      if ((multiply && sum[31]) || (total[32] && step != 6'd1)) too_long <= 1'b1;
    end
endmodule

`default_nettype wire
