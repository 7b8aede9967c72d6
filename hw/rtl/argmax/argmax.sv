// y = index of the first largest of CLASSES signed scores.
//
// Words hold PE scores of INPUT_BITS bits, element 0 in the low bits, padded with 0 to bytes; the index has OUTPUT_BITS bits.
// Folding: one word a cycle, CLASSES/PE words a window; the PE scores of a word and the best so far are compared in a row.
`default_nettype none

module argmax #(
    parameter integer CLASSES = 4,
    parameter integer INPUT_BITS = 8,
    parameter integer PE = 2,
    parameter integer OUTPUT_BITS = 2
) (
    input wire clk,
    input wire rst_n,
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
  endgenerate

  reg [FOLD_BITS-1:0] fold;
  reg [OUTPUT_BITS-1:0] base;
  reg [INPUT_BITS-1:0] best_value;
  reg [OUTPUT_BITS-1:0] best_index, out;
  wire first = fold == {FOLD_BITS{1'b0}};
  wire last = fold == LAST_FOLD;
  wire enable = !m_axis_tvalid || m_axis_tready;
  wire take = s_axis_tvalid && s_axis_tready;
  wire unused = &{1'b0, s_axis_tdata};

  assign s_axis_tready = enable || !last;

  // A later score wins only if it is larger: the first of equals stays.
  reg signed [INPUT_BITS-1:0] value, lane;
  reg [OUTPUT_BITS-1:0] index;
  integer p;
  always @* begin
    value = best_value;
    index = best_index;
    lane  = {INPUT_BITS{1'b0}};
    for (p = 0; p < PE; p = p + 1) begin
      lane = s_axis_tdata[p*INPUT_BITS+:INPUT_BITS];
      if ((p == 0 && first) || lane > value) begin
        value = lane;
        index = base + p[OUTPUT_BITS-1:0];
      end
    end
  end

  always @(posedge clk)
    if (!rst_n) begin
      fold <= {FOLD_BITS{1'b0}};
      base <= {OUTPUT_BITS{1'b0}};
    end else if (take) begin
      fold <= last ? {FOLD_BITS{1'b0}} : fold + 1'b1;
      base <= last ? {OUTPUT_BITS{1'b0}} : base + OUTPUT_BITS'(PE);
    end

  always @(posedge clk)
    if (take) begin
      best_value <= value;
      best_index <= index;
    end

  always @(posedge clk) if (enable) out <= index;
  always @(posedge clk)
    if (!rst_n) m_axis_tvalid <= 1'b0;
    else if (enable) m_axis_tvalid <= take && last;

  generate
    if (PORT > OUTPUT_BITS) begin : g_pad
      assign m_axis_tdata = {{(PORT - OUTPUT_BITS) {1'b0}}, out};
    end else begin : g_full
      assign m_axis_tdata = out;
    end
  endgenerate
endmodule

`default_nettype wire
