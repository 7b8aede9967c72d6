// y[r] = f(sum over c of w[c][r] * x[c]), w = +-1, or -1, 0, +1 (WEIGHT_BITS = 2, INPUT_BITS > 1), MW inputs c, MH outputs r.
//
// INPUT_BITS = 1: bipolar x, acc counts agreements (sum of xnor); else x is signed and acc = sum of x, or of ~x = -x - 1 where w = -1, and of
// what the trees of tile_sums add: constants of a row, which its thresholds or its bias make up for.
// LEVELS > 0: f is multi_threshold on acc, or serial_threshold (SERIAL = 1). LEVELS = 0: 2*acc + bias (INPUT_BITS = 1) or acc + bias;
// without a file the bias is -MW (INPUT_BITS = 1) or 0.
// Words hold SIMD (in) or LANES (out) elements, element 0 in the low bits, padded with 0 to bytes. LANES < PE: legal with SERIAL = 1, divides PE;
// the thresholds of a row fold are searched in PE/LANES parts, which the columns must leave the cycles for.
// Weight ROM: address nf*(MW/SIMD)+sf, element p*SIMD+s is w[sf*SIMD+s][nf*PE+p]: one bit, 1 = +1, or two's complement in two. Bias ROM: address nf, lane p at p*ACC_BITS.
// WEIGHT_BLOCK, THRESHOLD_BLOCK = 1: weights, thresholds in block RAM.
// Folding: a vector takes (MW/SIMD)*(MH/PE) cycles. Its words enter during the first MW/SIMD, and replay from a buffer; a single word (SIMD = MW) stays
// at the input until the last cycle.
`default_nettype none

module binary_mvu #(
    parameter integer MW = 8,
    parameter integer MH = 4,
    parameter integer SIMD = 4,
    parameter integer PE = 2,
    parameter integer INPUT_BITS = 1,
    parameter integer WEIGHT_BITS = 1,
    parameter integer ACC_BITS = 5,
    parameter integer LEVELS = 1,
    parameter integer OUTPUT_BITS = 1,
    parameter integer OFFSET = 0,
    parameter integer SERIAL = 1,
    parameter integer LANES = PE,
    parameter integer WEIGHT_BLOCK = 0,
    parameter integer THRESHOLD_BLOCK = 0,
    parameter WEIGHT_FILE = "",
    parameter THRESHOLD_FILE = "",
    parameter BIAS_FILE = ""
) (
    input wire clk,
    input wire rst_n,
    input wire [(SIMD*INPUT_BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [(LANES*OUTPUT_BITS+7)/8*8-1:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer SF = MW / SIMD;
  localparam integer NF = MH / PE;
  localparam integer PARTS = LANES > 0 && LANES < PE ? PE / LANES : 1;
  localparam integer TILES = SF * NF;
  localparam integer LAST_TILE = TILES - 1;
  localparam integer LAST_SF = SF - 1;
  localparam integer TILE_BITS = TILES > 1 ? $clog2(TILES) : 1;
  localparam integer SF_BITS = SF > 1 ? $clog2(SF) : 1;
  localparam integer X_BITS = SIMD * INPUT_BITS;
  localparam integer A_BITS = PE * ACC_BITS;
  localparam integer LARGEST = INPUT_BITS == 1 ? MW : MW << (INPUT_BITS - 1);

  generate
    if (MW % SIMD != 0) begin : g_illegal_simd
      ILLEGAL_SIMD_does_not_divide_MW_in_binary_mvu u ();
    end
    if (MH % PE != 0) begin : g_illegal_pe
      ILLEGAL_PE_does_not_divide_MH_in_binary_mvu u ();
    end
    if (LARGEST >= (1 << (ACC_BITS - 1))) begin : g_illegal_acc
      ILLEGAL_ACC_BITS_do_not_hold_the_sums_in_binary_mvu u ();
    end
    if (LEVELS != 0 && BIAS_FILE != "") begin : g_illegal_bias
      ILLEGAL_BIAS_FILE_with_thresholds_in_binary_mvu u ();
    end
    if (SERIAL != 0 && SF / PARTS < 31 && (1 << SF / PARTS) < 2 * (LEVELS + 1)) begin : g_illegal_serial
      ILLEGAL_SERIAL_with_threshold_stages_not_below_MW_over_SIMD_in_binary_mvu u ();
    end
    if (LANES != PE && LEVELS == 0) begin : g_illegal_lanes
      ILLEGAL_LANES_without_thresholds_in_binary_mvu u ();
    end
  endgenerate

  // The whole pipeline moves unless its last word is refused.
  wire enable;

  // Which tile: its address, its column fold, and whether its input replays from the buffer.
  reg [TILE_BITS-1:0] tile;
  reg [SF_BITS-1:0] sf;
  reg replay;
  wire last_tile = tile == LAST_TILE[TILE_BITS-1:0];
  wire last_sf = sf == LAST_SF[SF_BITS-1:0];
  wire step = enable && (replay || s_axis_tvalid);
  wire [X_BITS-1:0] x;
  wire unused_padding = &{1'b0, s_axis_tdata};

  assign s_axis_tready = enable && (SF == 1 ? last_tile : !replay);

  always @(posedge clk)
    if (!rst_n) begin
      tile <= {TILE_BITS{1'b0}};
      sf <= {SF_BITS{1'b0}};
      replay <= 1'b0;
    end else if (step) begin
      tile <= last_tile ? {TILE_BITS{1'b0}} : tile + 1'b1;
      sf <= last_sf ? {SF_BITS{1'b0}} : sf + 1'b1;
      if (last_sf) replay <= SF > 1 && !last_tile;
    end

  generate
    if (NF > 1 && SF > 1) begin : g_buffer
      reg [X_BITS-1:0] vector[0:SF-1];
      always @(posedge clk) if (step && !replay) vector[sf] <= s_axis_tdata[X_BITS-1:0];
      assign x = replay ? vector[sf] : s_axis_tdata[X_BITS-1:0];
    end else begin : g_no_buffer
      assign x = s_axis_tdata[X_BITS-1:0];
    end
  endgenerate

  wire [A_BITS-1:0] acc;
  wire acc_coming, acc_valid;
  tile_sums #(
      .PE(PE),
      .SIMD(SIMD),
      .COLUMNS(SF),
      .ROWS(NF),
      .INPUT_BITS(INPUT_BITS),
      .WEIGHT_BITS(WEIGHT_BITS),
      .ACC_BITS(ACC_BITS),
      .WEIGHT_BLOCK(WEIGHT_BLOCK),
      .WEIGHT_FILE(WEIGHT_FILE)
  ) summing (
      .clk(clk),
      .rst_n(rst_n),
      .enable(enable),
      .valid(replay || s_axis_tvalid),
      .last(last_sf),
      .tile(tile),
      .x(x),
      .acc(acc),
      .acc_coming(acc_coming),
      .acc_valid(acc_valid)
  );

  genvar p;
  generate
    if (LEVELS > 0) begin : g_thresholds
      thresholds #(
          .CHANNELS(MH),
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
          .acc(acc),
          .acc_valid(acc_valid),
          .acc_coming(acc_coming),
          .acc_enable(enable),
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready)
      );
    end else begin : g_sums
      localparam integer NF_BITS = NF > 1 ? $clog2(NF) : 1;
      localparam integer LAST_NF = NF - 1;
      localparam integer Y_BITS = (OUTPUT_BITS > ACC_BITS ? OUTPUT_BITS : ACC_BITS) + 2;
      localparam integer M_BITS = (PE * OUTPUT_BITS + 7) / 8 * 8;
      reg valid_q;
      reg [NF_BITS-1:0] nf;
      reg [PE*OUTPUT_BITS-1:0] y;
      wire [A_BITS-1:0] bias;
      wire unused_coming = &{1'b0, acc_coming};

      assign enable = !valid_q || m_axis_tready;
      assign m_axis_tvalid = valid_q;
      if (M_BITS > PE * OUTPUT_BITS) begin : g_pad
        assign m_axis_tdata = {{(M_BITS - PE * OUTPUT_BITS) {1'b0}}, y};
      end else begin : g_full
        assign m_axis_tdata = y;
      end

      if (BIAS_FILE != "") begin : g_bias
        reg [A_BITS-1:0] bias_rom[0:NF-1];
        initial $readmemh(BIAS_FILE, bias_rom);
        assign bias = bias_rom[nf];
      end else begin : g_no_bias
        assign bias = {PE{INPUT_BITS == 1 ? -MW[ACC_BITS-1:0] : {ACC_BITS{1'b0}}}};
      end

      always @(posedge clk)
        if (!rst_n) begin
          valid_q <= 1'b0;
          nf <= {NF_BITS{1'b0}};
        end else if (enable) begin
          valid_q <= acc_valid;
          if (acc_valid) nf <= nf == LAST_NF[NF_BITS-1:0] ? {NF_BITS{1'b0}} : nf + 1'b1;
        end

      for (p = 0; p < PE; p = p + 1) begin : g_output
        wire [ACC_BITS-1:0] sum = acc[p*ACC_BITS+:ACC_BITS];
        wire [ACC_BITS-1:0] addend = bias[p*ACC_BITS+:ACC_BITS];
        wire [Y_BITS-1:0] sum_wide = {{(Y_BITS - ACC_BITS) {sum[ACC_BITS-1]}}, sum};
        wire [Y_BITS-1:0] addend_wide = {{(Y_BITS - ACC_BITS) {addend[ACC_BITS-1]}}, addend};
        wire [Y_BITS-1:0] result_unused_high;
        if (INPUT_BITS == 1) begin : g_bipolar
          assign result_unused_high = (sum_wide << 1) + addend_wide;
        end else begin : g_signed
          assign result_unused_high = sum_wide + addend_wide;
        end
        always @(posedge clk) if (enable) y[p*OUTPUT_BITS+:OUTPUT_BITS] <= result_unused_high[OUTPUT_BITS-1:0];
      end
    end
  endgenerate
endmodule

`default_nettype wire
