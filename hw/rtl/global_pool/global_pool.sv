// y[channel] = sum over the PIXELS pixels of a window of x[channel].
//
// Words hold PE signed elements, element 0 in the low bits, padded with 0 to bytes; inputs INPUT_BITS, sums OUTPUT_BITS.
// Folding: one word a cycle, CHANNELS/PE words a pixel and as many words of partial sums; the sums leave with the last pixel.
`default_nettype none

module global_pool #(
    parameter integer CHANNELS = 4,
    parameter integer PE = 2,
    parameter integer INPUT_BITS = 4,
    parameter integer OUTPUT_BITS = 7,
    parameter integer PIXELS = 8
) (
    input wire clk,
    input wire rst_n,
    input wire [(PE*INPUT_BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [(PE*OUTPUT_BITS+7)/8*8-1:0] m_axis_tdata,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer WORD = PE * OUTPUT_BITS;
  localparam integer PORT = (WORD + 7) / 8 * 8;
  localparam integer FOLDS = CHANNELS / PE;
  localparam integer FOLD_BITS = FOLDS > 1 ? $clog2(FOLDS) : 1;
  localparam integer PIXEL_BITS = PIXELS > 1 ? $clog2(PIXELS) : 1;
  localparam [FOLD_BITS-1:0] LAST_FOLD = FOLD_BITS'(FOLDS - 1);
  localparam [PIXEL_BITS-1:0] BEFORE_LAST = PIXEL_BITS'(PIXELS > 1 ? PIXELS - 2 : 0);
  localparam ALONE = PIXELS == 1;

  generate
    if (PE < 1 || CHANNELS % PE != 0) begin : g_illegal_pe
      ILLEGAL_PE_does_not_divide_CHANNELS_in_global_pool u ();
    end
    if (INPUT_BITS < 2 || PIXELS < 1) begin : g_illegal_input
      ILLEGAL_INPUT_BITS_below_two_or_no_PIXELS_in_global_pool u ();
    end
    if (OUTPUT_BITS < INPUT_BITS + $clog2(PIXELS)) begin : g_illegal_output
      ILLEGAL_OUTPUT_BITS_do_not_hold_the_sum_in_global_pool u ();
    end
  endgenerate

  reg [FOLD_BITS-1:0] fold;
  reg [PIXEL_BITS-1:0] pixel;
  // What `ready` and all sums depend on are registers.
  reg first, last;
  wire enable = !m_axis_tvalid || m_axis_tready;
  wire take = s_axis_tvalid && s_axis_tready;
  wire unused = &{1'b0, s_axis_tdata};

  assign s_axis_tready = enable || !last;

  always @(posedge clk)
    if (!rst_n) begin
      fold  <= {FOLD_BITS{1'b0}};
      pixel <= {PIXEL_BITS{1'b0}};
      first <= 1'b1;
      last  <= ALONE;
    end else if (take) begin
      fold <= fold == LAST_FOLD ? {FOLD_BITS{1'b0}} : fold + 1'b1;
      if (fold == LAST_FOLD) begin
        pixel <= last ? {PIXEL_BITS{1'b0}} : pixel + 1'b1;
        first <= last;
        last  <= ALONE || (pixel == BEFORE_LAST && !last);
      end
    end

  (* ram_style = "distributed" *)
  reg [WORD-1:0] partial[0:FOLDS-1];
  wire [WORD-1:0] sum_before = first ? {WORD{1'b0}} : partial[fold];
  wire [WORD-1:0] sums;
  reg [WORD-1:0] out;

  always @(posedge clk) if (take) partial[fold] <= sums;
  always @(posedge clk) if (enable) out <= sums;
  always @(posedge clk)
    if (!rst_n) m_axis_tvalid <= 1'b0;
    else if (enable) m_axis_tvalid <= take && last;

  genvar p;
  generate
    for (p = 0; p < PE; p = p + 1) begin : g_lane
      wire [INPUT_BITS-1:0] x = s_axis_tdata[p*INPUT_BITS+:INPUT_BITS];
      wire [OUTPUT_BITS-1:0] wide = {{(OUTPUT_BITS - INPUT_BITS) {x[INPUT_BITS-1]}}, x};
      assign sums[p*OUTPUT_BITS+:OUTPUT_BITS] = sum_before[p*OUTPUT_BITS+:OUTPUT_BITS] + wide;
    end
    if (PORT > WORD) begin : g_pad
      assign m_axis_tdata = {{(PORT - WORD) {1'b0}}, out};
    end else begin : g_full
      assign m_axis_tdata = out;
    end
  endgenerate
endmodule

`default_nettype wire
