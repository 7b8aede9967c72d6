// Scores of a window as beats of two, 32 bits each with their sign, the first in the low half; the last of a window has tlast, and
// zeros above where CLASSES is odd.
//
// Words hold LANES scores of BITS bits, element 0 in the low bits, padded with 0 to bytes; CLASSES/LANES words a window. A score a
// cycle; a word is held until its last score went.
`default_nettype none

module score_packer #(
    parameter integer CLASSES = 2,
    parameter integer LANES = 1,
    parameter integer BITS = 12
) (
    input wire clk,
    input wire rst_n,
    input wire [(LANES*BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [63:0] m_axis_tdata,
    output wire m_axis_tlast,
    output wire m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer INDEX_BITS = CLASSES > 2 ? $clog2(CLASSES) : 1;
  localparam integer LANE_BITS = LANES > 1 ? $clog2(LANES) : 1;
  localparam [INDEX_BITS-1:0] LAST = INDEX_BITS'(CLASSES - 1);
  localparam [LANE_BITS-1:0] LAST_LANE = LANE_BITS'(LANES - 1);

  generate
    if (CLASSES < 1 || LANES < 1 || CLASSES % LANES != 0) begin : g_illegal_lanes
      ILLEGAL_LANES_does_not_divide_CLASSES_in_score_packer u ();
    end
    if (BITS < 1 || BITS > 32) begin : g_illegal_bits
      ILLEGAL_BITS_not_1_to_32_in_score_packer u ();
    end
  endgenerate

  reg [INDEX_BITS-1:0] index;  // of the score in the window
  reg [LANE_BITS-1:0] lane;  // and in the word
  reg [BITS-1:0] low;
  wire [BITS-1:0] score;
  wire last = index == LAST;
  wire high = index[0];
  wire pass = m_axis_tready || !(high || last);  // where it is no beat yet, it is kept
  wire step = s_axis_tvalid && pass;

  generate
    if (LANES == 1) begin : g_word
      assign score = s_axis_tdata[BITS-1:0];
    end else begin : g_lane
      assign score = s_axis_tdata[lane*BITS+:BITS];
    end
  endgenerate

  assign s_axis_tready = pass && lane == LAST_LANE;
  assign m_axis_tvalid = s_axis_tvalid && (high || last);
  assign m_axis_tlast  = last;

  wire [63:0] wide_low = {{(64 - BITS) {low[BITS-1]}}, low};
  wire [63:0] wide_score = {{(64 - BITS) {score[BITS-1]}}, score};
  wire unused = &{1'b0, s_axis_tdata, wide_low[63:32], wide_score[63:32]};
  assign m_axis_tdata = high ? {wide_score[31:0], wide_low[31:0]} : {32'd0, wide_score[31:0]};

  always @(posedge clk)
    if (!rst_n) begin
      index <= {INDEX_BITS{1'b0}};
      lane  <= {LANE_BITS{1'b0}};
    end else if (step) begin
      index <= last ? {INDEX_BITS{1'b0}} : index + 1'b1;
      lane  <= lane == LAST_LANE ? {LANE_BITS{1'b0}} : lane + 1'b1;
    end

  always @(posedge clk) if (step) low <= score;
endmodule

`default_nettype wire
