// Keeps pixels 0, STRIDE, 2*STRIDE, ... of each window of PIXELS pixels of WORDS words, and drops the others.
//
// A dropped word is taken even while the output is refused.
`default_nettype none

module subsample #(
    parameter integer WIDTH = 8,
    parameter integer WORDS = 2,
    parameter integer PIXELS = 4,
    parameter integer STRIDE = 2
) (
    input wire clk,
    input wire rst_n,
    input wire [WIDTH-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output reg [WIDTH-1:0] m_axis_tdata,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer WORD_BITS = WORDS > 1 ? $clog2(WORDS) : 1;
  localparam integer PIXEL_BITS = PIXELS > 1 ? $clog2(PIXELS) : 1;
  localparam integer PHASE_BITS = STRIDE > 1 ? $clog2(STRIDE) : 1;
  localparam [WORD_BITS-1:0] LAST_WORD = WORD_BITS'(WORDS - 1);
  localparam [PIXEL_BITS-1:0] LAST_PIXEL = PIXEL_BITS'(PIXELS - 1);
  localparam [PHASE_BITS-1:0] LAST_PHASE = PHASE_BITS'(STRIDE - 1);

  generate
    if (WIDTH < 1 || WORDS < 1 || PIXELS < 1 || STRIDE < 1) begin : g_illegal_size
      ILLEGAL_size_below_one_in_subsample u ();
    end
  endgenerate

  reg [WORD_BITS-1:0] word;
  reg [PIXEL_BITS-1:0] pixel;
  reg [PHASE_BITS-1:0] phase;
  wire enable = !m_axis_tvalid || m_axis_tready;
  wire keep = phase == {PHASE_BITS{1'b0}};
  wire take = s_axis_tvalid && s_axis_tready;

  assign s_axis_tready = enable || !keep;

  always @(posedge clk)
    if (!rst_n) begin
      word  <= {WORD_BITS{1'b0}};
      pixel <= {PIXEL_BITS{1'b0}};
      phase <= {PHASE_BITS{1'b0}};
    end else if (take) begin
      word <= word + 1'b1;
      if (word == LAST_WORD) begin
        word  <= {WORD_BITS{1'b0}};
        pixel <= pixel + 1'b1;
        phase <= phase == LAST_PHASE ? {PHASE_BITS{1'b0}} : phase + 1'b1;
        if (pixel == LAST_PIXEL) begin
          pixel <= {PIXEL_BITS{1'b0}};
          phase <= {PHASE_BITS{1'b0}};
        end
      end
    end

  always @(posedge clk)
    if (!rst_n) m_axis_tvalid <= 1'b0;
    else if (enable) m_axis_tvalid <= take && keep;

  always @(posedge clk) if (enable) m_axis_tdata <= s_axis_tdata;
endmodule

`default_nettype wire
