// y = index of the first largest of CLASSES signed scores; with OFFSET_BITS, of two: 1 if score 1 + offset > score 0, else 0.
//
// Words hold PE scores of INPUT_BITS bits, element 0 in the low bits, padded with 0 to bytes; the index has OUTPUT_BITS bits.
// `offset` (two's complement) does not change while a window is in the unit. OFFSET_BITS of it are compared, enough for every
// difference of two scores; where it needs more bits its sign decides. OFFSET_BITS = 0: it is ignored.
// Folding: CLASSES/PE words a window and a cycle more; the PE scores of a word and the best so far are compared in a row.
// s_axis_tready is a register: the handshake is cut here.
`default_nettype none

module argmax #(
    parameter integer CLASSES = 4,
    parameter integer INPUT_BITS = 8,
    parameter integer PE = 2,
    parameter integer OUTPUT_BITS = 2,
    parameter integer OFFSET_BITS = 0
) (
    input wire clk,
    input wire rst_n,
    input wire [15:0] offset,
    input wire [(PE*INPUT_BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [(OUTPUT_BITS+7)/8*8-1:0] m_axis_tdata,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer PORT = (OUTPUT_BITS + 7) / 8 * 8;
  localparam integer FOLDS = CLASSES / PE;
  localparam integer FOLD_BITS = FOLDS > 1 ? $clog2(FOLDS) : 1;
  localparam integer BITS = INPUT_BITS + 1 > OFFSET_BITS ? INPUT_BITS + 1 : OFFSET_BITS;
  localparam [FOLD_BITS-1:0] LAST_FOLD = FOLD_BITS'(FOLDS - 1);

  generate
    if (PE < 1 || CLASSES < 1 || CLASSES % PE != 0) begin : g_illegal_pe
      ILLEGAL_PE_does_not_divide_CLASSES_in_argmax u ();
    end
    if (INPUT_BITS < 2) begin : g_illegal_input
      ILLEGAL_INPUT_BITS_below_two_in_argmax u ();
    end
    if (OUTPUT_BITS < 1 || OUTPUT_BITS < $clog2(CLASSES)) begin : g_illegal_output
      ILLEGAL_OUTPUT_BITS_do_not_hold_the_index_in_argmax u ();
    end
    if (OFFSET_BITS != 0 && CLASSES != 2) begin : g_illegal_classes
      ILLEGAL_OFFSET_BITS_without_two_CLASSES_in_argmax u ();
    end
    if (OFFSET_BITS != 0 && (OFFSET_BITS > 16 || (OFFSET_BITS < 16 && OFFSET_BITS < INPUT_BITS + 1))) begin : g_illegal_offset
      ILLEGAL_OFFSET_BITS_beyond_16_or_less_than_a_difference_in_argmax u ();
    end
  endgenerate

  // Behind the last word `full`, until the output has room for what `index` says.
  reg [FOLD_BITS-1:0] fold;
  reg full;
  reg [OUTPUT_BITS-1:0] out;
  wire [OUTPUT_BITS-1:0] index;
  wire last = fold == LAST_FOLD;
  wire enable = !m_axis_tvalid || m_axis_tready;
  wire take = s_axis_tvalid && s_axis_tready;
  wire unused = &{1'b0, s_axis_tdata, offset};

  assign s_axis_tready = !full;

  generate
    if (OFFSET_BITS > 0) begin : g_offset
      wire [INPUT_BITS-1:0] score1 = s_axis_tdata[(PE-1)*INPUT_BITS+:INPUT_BITS];
      wire [INPUT_BITS-1:0] score0;
      if (PE == 1) begin : g_kept
        reg [INPUT_BITS-1:0] kept;
        always @(posedge clk) if (take) kept <= s_axis_tdata[INPUT_BITS-1:0];
        assign score0 = kept;
      end else begin : g_beside
        assign score0 = s_axis_tdata[INPUT_BITS-1:0];
      end

      // score 1 - score 0 - 1 > -offset - 1, where ~x is -x - 1.
      wire [BITS-1:0] wide1 = {{(BITS - INPUT_BITS) {score1[INPUT_BITS-1]}}, score1};
      wire [BITS-1:0] wide0 = {{(BITS - INPUT_BITS) {score0[INPUT_BITS-1]}}, score0};
      reg [BITS-1:0] difference;
      always @(posedge clk) if (take) difference <= wide1 + ~wide0;
      wire [OFFSET_BITS-1:0] low = offset[OFFSET_BITS-1:0];
      wire [BITS-1:0] bar = ~{{(BITS - OFFSET_BITS) {low[OFFSET_BITS-1]}}, low};
      // An offset of more bits is beyond every difference: a bit above the sign says so.
      wire beyond = offset[15:OFFSET_BITS-1] != {(17 - OFFSET_BITS) {offset[15]}};
      wire above = beyond && !offset[15];
      wire below = beyond && offset[15];
      wire second = {above, !difference[BITS-1], difference[BITS-2:0]} > {below, !bar[BITS-1], bar[BITS-2:0]};
      assign index = OUTPUT_BITS'(second);
    end else begin : g_largest
      reg [OUTPUT_BITS-1:0] base, best_index, leader;
      reg [INPUT_BITS-1:0] best_value;
      wire first = fold == {FOLD_BITS{1'b0}};

      // A later score wins only if it is larger: the first of equals stays.
      reg signed [INPUT_BITS-1:0] value, lane;
      integer p;
      always @* begin
        value  = best_value;
        leader = best_index;
        lane   = {INPUT_BITS{1'b0}};
        for (p = 0; p < PE; p = p + 1) begin
          lane = s_axis_tdata[p*INPUT_BITS+:INPUT_BITS];
          if ((p == 0 && first) || lane > value) begin
            value  = lane;
            leader = base + p[OUTPUT_BITS-1:0];
          end
        end
      end

      always @(posedge clk)
        if (!rst_n) base <= {OUTPUT_BITS{1'b0}};
        else if (take) base <= last ? {OUTPUT_BITS{1'b0}} : base + OUTPUT_BITS'(PE);

      always @(posedge clk)
        if (take) begin
          best_value <= value;
          best_index <= leader;
        end

      assign index = best_index;
    end
  endgenerate

  always @(posedge clk)
    if (!rst_n) fold <= {FOLD_BITS{1'b0}};
    else if (take) fold <= last ? {FOLD_BITS{1'b0}} : fold + 1'b1;

  always @(posedge clk)
    if (!rst_n) full <= 1'b0;
    else full <= full ? !enable : take && last;

  always @(posedge clk) if (enable) out <= index;
  always @(posedge clk)
    if (!rst_n) m_axis_tvalid <= 1'b0;
    else if (enable) m_axis_tvalid <= full;

  generate
    if (PORT > OUTPUT_BITS) begin : g_pad
      assign m_axis_tdata = {{(PORT - OUTPUT_BITS) {1'b0}}, out};
    end else begin : g_full
      assign m_axis_tdata = out;
    end
  endgenerate
endmodule

`default_nettype wire
