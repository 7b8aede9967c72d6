// y = clamp(a + b) for words that are taken from both inputs at once, in order, each once. Resets come at any time.
//
// The sum is computed here in 32 bits and clamped by comparisons, which the unit avoids.
`default_nettype none

module residual_add_properties #(
    parameter integer PE = 2,
    parameter integer A_BITS = 4,
    parameter integer B_BITS = 4,
    parameter integer OUTPUT_BITS = 4
) (
    input wire clk,
    input wire rst_n,
    input wire [(PE*A_BITS+7)/8*8-1:0] a_axis_tdata,
    input wire a_axis_tvalid,
    input wire [(PE*B_BITS+7)/8*8-1:0] b_axis_tdata,
    input wire b_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer WORD = PE * OUTPUT_BITS;
  localparam integer PORT = (WORD + 7) / 8 * 8;
  localparam integer MOST = (1 << (OUTPUT_BITS - 1)) - 1;

  wire a_axis_tready, b_axis_tready, m_axis_tvalid;
  wire [PORT-1:0] m_axis_tdata;
  residual_add #(
      .PE(PE),
      .A_BITS(A_BITS),
      .B_BITS(B_BITS),
      .OUTPUT_BITS(OUTPUT_BITS)
  ) dut (
      .clk(clk),
      .rst_n(rst_n),
      .a_axis_tdata(a_axis_tdata),
      .a_axis_tvalid(a_axis_tvalid),
      .a_axis_tready(a_axis_tready),
      .b_axis_tdata(b_axis_tdata),
      .b_axis_tvalid(b_axis_tvalid),
      .b_axis_tready(b_axis_tready),
      .m_axis_tdata(m_axis_tdata),
      .m_axis_tvalid(m_axis_tvalid),
      .m_axis_tready(m_axis_tready)
  );

  reg settled;
  initial settled = 1'b0;
  always @(posedge clk) settled <= settled || !rst_n;

  stream_properties #(
      .WIDTH(PORT)
  ) u_output (
      .clk(clk),
      .rst_n(rst_n),
      .settled(settled),
      .data(m_axis_tdata),
      .valid(m_axis_tvalid),
      .ready(m_axis_tready)
  );

  wire [PORT-1:0] sums;
  genvar p;
  generate
    for (p = 0; p < PE; p = p + 1) begin : g_lane
      wire [A_BITS-1:0] a = a_axis_tdata[p*A_BITS+:A_BITS];
      wire [B_BITS-1:0] b = b_axis_tdata[p*B_BITS+:B_BITS];
      wire signed [31:0] wide_a = {{(32 - A_BITS) {a[A_BITS-1]}}, a};
      wire signed [31:0] wide_b = {{(32 - B_BITS) {b[B_BITS-1]}}, b};
      wire signed [31:0] sum = wide_a + wide_b;
      wire signed [31:0] clamped = sum > MOST ? MOST : sum < -MOST - 1 ? -MOST - 1 : sum;
      wire unused = &{1'b0, clamped};
      assign sums[p*OUTPUT_BITS+:OUTPUT_BITS] = clamped[OUTPUT_BITS-1:0];
    end
    if (PORT > WORD) begin : g_pad
      assign sums[PORT-1:WORD] = {(PORT - WORD) {1'b0}};
    end
  endgenerate

  // The last sum, and whether it is still owed.
  wire take_a = a_axis_tvalid && a_axis_tready;
  wire take_b = b_axis_tvalid && b_axis_tready;
  reg owed;
  reg [PORT-1:0] expected;

  always @(posedge clk)
    if (!rst_n) owed <= 1'b0;
    else begin
      owed <= take_a || (owed && !(m_axis_tvalid && m_axis_tready));
      if (take_a) expected <= sums;
    end

  always @(posedge clk)
    if (settled) begin
      inputs_are_taken_together : assert (take_a == take_b);
      one_sum_a_pair : assert (m_axis_tvalid == owed);
      if (owed) sum_is_clamped : assert (m_axis_tdata == expected);
      // Two words wait only while the last sum is refused.
      no_bubble : assert (!(a_axis_tvalid && b_axis_tvalid) || take_a == (!owed || m_axis_tready));
      full_rate : cover (owed && m_axis_tready && take_a);
    end
endmodule

`default_nettype wire
