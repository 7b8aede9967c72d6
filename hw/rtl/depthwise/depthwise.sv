// y[c] = f(sum over taps k of w[c][k] * x[c][k]), w = +-1, CHANNELS channels c.
//
// INPUT_BITS = 1: bipolar x, acc counts agreements (sum of xnor); else x is signed and acc = sum of x, or of ~x = -x - 1 where w = -1.
// LEVELS > 0: f is multi_threshold on acc, or serial_threshold (SERIAL = 1). LEVELS = 0: 2*acc - KERNEL (INPUT_BITS = 1) or acc.
// Words hold PE (in) or LANES (out) elements, element 0 in the low bits, padded with 0 to bytes. Input in depthwise order: channel fold outermost,
// tap next. LANES < PE: legal with SERIAL = 1, divides PE; thresholds are searched in PE/LANES parts, which the taps must leave the cycles for.
// Weight ROM: address cf*KERNEL+k, bit p is w[cf*PE+p][k], 1 = +1. WEIGHT_BLOCK, THRESHOLD_BLOCK = 1: in block RAM.
// Folding: an output pixel takes KERNEL*CHANNELS/PE cycles, PE channels every KERNEL.
`default_nettype none

module depthwise #(
    parameter integer CHANNELS = 4,
    parameter integer PE = 2,
    parameter integer KERNEL = 3,
    parameter integer INPUT_BITS = 1,
    parameter integer ACC_BITS = 3,
    parameter integer LEVELS = 1,
    parameter integer OUTPUT_BITS = 1,
    parameter integer OFFSET = 0,
    parameter integer SERIAL = 1,
    parameter integer LANES = PE,
    parameter integer WEIGHT_BLOCK = 0,
    parameter integer THRESHOLD_BLOCK = 0,
    parameter WEIGHT_FILE = "",
    parameter THRESHOLD_FILE = ""
) (
    input wire clk,
    input wire rst_n,
    input wire [(PE*INPUT_BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [(LANES*OUTPUT_BITS+7)/8*8-1:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer WORDS = CHANNELS / PE * KERNEL;
  localparam integer PARTS = LANES > 0 && LANES < PE ? PE / LANES : 1;
  localparam integer LAST_WORD = WORDS - 1;
  localparam integer LAST_TAP = KERNEL - 1;
  localparam integer WORD_BITS = WORDS > 1 ? $clog2(WORDS) : 1;
  localparam integer TAP_BITS = KERNEL > 1 ? $clog2(KERNEL) : 1;
  localparam integer X_BITS = PE * INPUT_BITS;
  localparam integer A_BITS = PE * ACC_BITS;
  localparam integer LARGEST = INPUT_BITS == 1 ? KERNEL : KERNEL << (INPUT_BITS - 1);

  generate
    if (CHANNELS % PE != 0) begin : g_illegal_pe
      ILLEGAL_PE_does_not_divide_CHANNELS_in_depthwise u ();
    end
    if (LARGEST >= (1 << (ACC_BITS - 1))) begin : g_illegal_acc
      ILLEGAL_ACC_BITS_do_not_hold_the_sums_in_depthwise u ();
    end
    if (LANES != PE && LEVELS == 0) begin : g_illegal_lanes
      ILLEGAL_LANES_without_thresholds_in_depthwise u ();
    end
    if (SERIAL != 0 && KERNEL / PARTS < 31 && (1 << KERNEL / PARTS) < 2 * (LEVELS + 1)) begin : g_illegal_serial
      ILLEGAL_SERIAL_with_threshold_stages_not_below_KERNEL_in_depthwise u ();
    end
    if (WEIGHT_BLOCK < 0 || WEIGHT_BLOCK > 1) begin : g_illegal_block
      ILLEGAL_WEIGHT_BLOCK_not_0_or_1_in_depthwise u ();
    end
  endgenerate

  // The whole pipeline moves unless its last word is refused.
  wire enable;

  reg [WORD_BITS-1:0] word;
  reg [TAP_BITS-1:0] tap;
  wire last_tap = tap == LAST_TAP[TAP_BITS-1:0];
  wire unused_padding = &{1'b0, s_axis_tdata};

  assign s_axis_tready = enable;

  always @(posedge clk)
    if (!rst_n) begin
      word <= {WORD_BITS{1'b0}};
      tap <= {TAP_BITS{1'b0}};
    end else if (enable && s_axis_tvalid) begin
      word <= word == LAST_WORD[WORD_BITS-1:0] ? {WORD_BITS{1'b0}} : word + 1'b1;
      tap <= last_tap ? {TAP_BITS{1'b0}} : tap + 1'b1;
    end

  // Operands, then the accumulators; the `last` tap of an output travels along.
  reg [X_BITS-1:0] x_q;
  reg [PE-1:0] weight_q;
  reg [A_BITS-1:0] acc_q;
  reg operands_valid, operands_last;
  reg acc_valid;
  wire acc_coming = operands_valid && operands_last;

  always @(posedge clk)
    if (!rst_n) begin
      operands_valid <= 1'b0;
      acc_valid <= 1'b0;
    end else if (enable) begin
      operands_valid <= s_axis_tvalid;
      acc_valid <= acc_coming;
    end

  always @(posedge clk)
    if (enable) begin
      x_q <= s_axis_tdata[X_BITS-1:0];
      operands_last <= last_tap;
    end

  generate
    if (WEIGHT_BLOCK != 0) begin : g_block
      (* rom_style = "block" *)
      reg [PE-1:0] rom[0:WORDS-1];
      // Yosys also elaborates a module with its defaults, where there is no file.
      if (WEIGHT_FILE != "") begin : g_file
        initial $readmemh(WEIGHT_FILE, rom);
      end
      always @(posedge clk) if (enable) weight_q <= rom[word];
    end else begin : g_luts
      // LUTs: the first word says so to Yosys, the second to Vivado.
      (* ram_style = "registers", rom_style = "distributed" *)
      reg [PE-1:0] rom[0:WORDS-1];
      if (WEIGHT_FILE != "") begin : g_file
        initial $readmemh(WEIGHT_FILE, rom);
      end
      always @(posedge clk) if (enable) weight_q <= rom[word];
    end
  endgenerate

  genvar p;
  generate
    for (p = 0; p < PE; p = p + 1) begin : g_lane
      // Cleared by its reset when the sum moves on: what is added is then the only other operand of the adder.
      reg [ACC_BITS-1:0] partial;
      wire [ACC_BITS-1:0] next;

      if (INPUT_BITS == 1) begin : g_bipolar
        assign next = partial + {{(ACC_BITS - 1) {1'b0}}, x_q[p] == weight_q[p]};
      end else begin : g_signed
        wire [INPUT_BITS-1:0] term = x_q[p*INPUT_BITS+:INPUT_BITS] ^ {INPUT_BITS{!weight_q[p]}};
        assign next = partial + {{(ACC_BITS - INPUT_BITS) {term[INPUT_BITS-1]}}, term};
      end
      always @(posedge clk)
        if (!rst_n || (enable && acc_coming)) partial <= {ACC_BITS{1'b0}};
        else if (enable && operands_valid) partial <= next;
      always @(posedge clk) if (enable && acc_coming) acc_q[p*ACC_BITS+:ACC_BITS] <= next;
    end
  endgenerate

  generate
    if (LEVELS > 0) begin : g_thresholds
      thresholds #(
          .CHANNELS(CHANNELS),
          .PE(PE),
          .LANES(LANES),
          .INPUT_BITS(ACC_BITS),
          .LEVELS(LEVELS),
          .OUTPUT_BITS(OUTPUT_BITS),
          .OFFSET(OFFSET),
          .SERIAL(SERIAL),
          .BLOCK(THRESHOLD_BLOCK),
          .THRESHOLD_FILE(THRESHOLD_FILE)
      ) thresholding (
          .clk(clk),
          .rst_n(rst_n),
          .acc(acc_q),
          .acc_valid(acc_valid),
          .acc_coming(acc_coming),
          .acc_enable(enable),
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready)
      );
    end else begin : g_sums
      localparam integer Y_BITS = (OUTPUT_BITS > ACC_BITS ? OUTPUT_BITS : ACC_BITS) + 2;
      localparam integer M_BITS = (PE * OUTPUT_BITS + 7) / 8 * 8;
      reg valid_q;
      reg [PE*OUTPUT_BITS-1:0] y;

      assign enable = !valid_q || m_axis_tready;
      assign m_axis_tvalid = valid_q;
      if (M_BITS > PE * OUTPUT_BITS) begin : g_pad
        assign m_axis_tdata = {{(M_BITS - PE * OUTPUT_BITS) {1'b0}}, y};
      end else begin : g_full
        assign m_axis_tdata = y;
      end

      always @(posedge clk)
        if (!rst_n) valid_q <= 1'b0;
        else if (enable) valid_q <= acc_valid;

      for (p = 0; p < PE; p = p + 1) begin : g_output
        wire [ACC_BITS-1:0] acc = acc_q[p*ACC_BITS+:ACC_BITS];
        wire [Y_BITS-1:0] acc_wide = {{(Y_BITS - ACC_BITS) {acc[ACC_BITS-1]}}, acc};
        wire [Y_BITS-1:0] result_unused_high;
        if (INPUT_BITS == 1) begin : g_bipolar
          assign result_unused_high = (acc_wide << 1) - KERNEL[Y_BITS-1:0];
        end else begin : g_signed
          assign result_unused_high = acc_wide;
        end
        always @(posedge clk) if (enable) y[p*OUTPUT_BITS+:OUTPUT_BITS] <= result_unused_high[OUTPUT_BITS-1:0];
      end
    end
  endgenerate
endmodule

`default_nettype wire
