// y = clamp(a + b) to the signed range of OUTPUT_BITS, element by element.
//
// Words hold PE signed elements, element 0 in the low bits, padded with 0 to bytes. A word is taken from both inputs at once.
`default_nettype none

module residual_add #(
    parameter integer PE = 2,
    parameter integer A_BITS = 4,
    parameter integer B_BITS = 4,
    parameter integer OUTPUT_BITS = 4
) (
    input wire clk,
    input wire rst_n,
    input wire [(PE*A_BITS+7)/8*8-1:0] a_axis_tdata,
    input wire a_axis_tvalid,
    output wire a_axis_tready,
    input wire [(PE*B_BITS+7)/8*8-1:0] b_axis_tdata,
    input wire b_axis_tvalid,
    output wire b_axis_tready,
    output wire [(PE*OUTPUT_BITS+7)/8*8-1:0] m_axis_tdata,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer WORD = PE * OUTPUT_BITS;
  localparam integer PORT = (WORD + 7) / 8 * 8;
  localparam integer WIDER = A_BITS > B_BITS ? A_BITS : B_BITS;
  // Also a bit wider than the output.
  localparam integer SUM_BITS = (WIDER > OUTPUT_BITS ? WIDER : OUTPUT_BITS) + 1;

  generate
    if (PE < 1 || A_BITS < 2 || B_BITS < 2) begin : g_illegal_input
      ILLEGAL_input_of_no_element_or_below_two_bits_in_residual_add u ();
    end
    if (OUTPUT_BITS < 2 || OUTPUT_BITS > 31) begin : g_illegal_output
      ILLEGAL_OUTPUT_BITS_outside_2_to_31_in_residual_add u ();
    end
  endgenerate

  wire unused = &{1'b0, a_axis_tdata, b_axis_tdata};
  wire enable = !m_axis_tvalid || m_axis_tready;

  assign a_axis_tready = enable && b_axis_tvalid;
  assign b_axis_tready = enable && a_axis_tvalid;

  always @(posedge clk)
    if (!rst_n) m_axis_tvalid <= 1'b0;
    else if (enable) m_axis_tvalid <= a_axis_tvalid && b_axis_tvalid;

  wire [WORD-1:0] sums;
  reg [WORD-1:0] out;
  always @(posedge clk) if (enable) out <= sums;

  genvar p;
  generate
    for (p = 0; p < PE; p = p + 1) begin : g_lane
      wire [A_BITS-1:0] a = a_axis_tdata[p*A_BITS+:A_BITS];
      wire [B_BITS-1:0] b = b_axis_tdata[p*B_BITS+:B_BITS];
      wire signed [SUM_BITS-1:0] sum = {{(SUM_BITS - A_BITS) {a[A_BITS-1]}}, a} + {{(SUM_BITS - B_BITS) {b[B_BITS-1]}}, b};
      // A sum fits if all bits from the output's sign on are alike. Comparisons with the limits would become set and reset inputs of
      // the registers, different ones for each lane.
      wire [SUM_BITS-OUTPUT_BITS:0] signs = sum[SUM_BITS-1:OUTPUT_BITS-1];
      wire negative = sum[SUM_BITS-1];
      wire fits = (&signs) || !(|signs);
      assign sums[p*OUTPUT_BITS+:OUTPUT_BITS] = {negative, fits ? sum[OUTPUT_BITS-2:0] : {(OUTPUT_BITS - 1) {!negative}}};
    end
    if (PORT > WORD) begin : g_pad
      assign m_axis_tdata = {{(PORT - WORD) {1'b0}}, out};
    end else begin : g_full
      assign m_axis_tdata = out;
    end
  endgenerate
endmodule

`default_nettype wire
