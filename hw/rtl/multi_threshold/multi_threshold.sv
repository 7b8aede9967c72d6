// y = count of levels l with x >= T[channel][l], plus OFFSET, in OUTPUT_BITS bits; LEVELS = 1, OUTPUT_BITS = 1, OFFSET = 0 is a sign.
//
// Words hold PE elements, element 0 in the low bits, padded with 0 to bytes; x is signed. Thresholds of a channel ascend with l.
// A binary search, a comparator a lane and stage; a stage decides one bit of the count, the highest first. ROM: a heap of 2^STAGES words of INPUT_BITS a
// channel, LEVELS = 2^STAGES - 1; channel f*PE+p at (p*2^FOLD_BITS+f)*2^STAGES, root at 1, children of n at 2n (below) and 2n+1.
// Folding: one word a cycle, CHANNELS/PE words a pixel.
`default_nettype none

module multi_threshold #(
    parameter integer CHANNELS = 4,
    parameter integer PE = 2,
    parameter integer INPUT_BITS = 8,
    parameter integer LEVELS = 3,
    parameter integer OUTPUT_BITS = 2,
    parameter integer OFFSET = -2,
    parameter THRESHOLD_FILE = ""
) (
    input wire clk,
    input wire rst_n,
    input wire [(PE*INPUT_BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [(PE*OUTPUT_BITS+7)/8*8-1:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer FOLDS = CHANNELS / PE;
  localparam integer FOLD_BITS = $clog2(FOLDS);
  localparam integer COUNTER_BITS = FOLDS > 1 ? FOLD_BITS : 1;
  localparam integer LAST_FOLD = FOLDS - 1;
  localparam integer STAGES = LEVELS > 0 ? $clog2(LEVELS + 1) : 1;
  localparam integer X_BITS = PE * INPUT_BITS;
  localparam integer COUNT_BITS = PE * STAGES;
  localparam integer ADDRESS_BITS = $clog2(PE) + FOLD_BITS + STAGES;
  localparam integer SUM_BITS = (OUTPUT_BITS > STAGES ? OUTPUT_BITS : STAGES) + 1;
  localparam integer M_BITS = (PE * OUTPUT_BITS + 7) / 8 * 8;

  generate
    if (CHANNELS % PE != 0) begin : g_illegal_pe
      ILLEGAL_PE_does_not_divide_CHANNELS_in_multi_threshold u ();
    end
    if (LEVELS < 1 || (1 << STAGES) != LEVELS + 1) begin : g_illegal_levels
      ILLEGAL_LEVELS_is_not_a_power_of_two_minus_one_in_multi_threshold u ();
    end
    if (INPUT_BITS < 2) begin : g_illegal_input
      ILLEGAL_INPUT_BITS_below_two_in_multi_threshold u ();
    end
    if (OUTPUT_BITS == 1 ? (LEVELS != 1 || OFFSET != 0)
        : (OFFSET < -(1 << (OUTPUT_BITS - 1)) || OFFSET + LEVELS >= (1 << (OUTPUT_BITS - 1)))) begin : g_illegal_output
      ILLEGAL_OUTPUT_BITS_do_not_hold_the_count_in_multi_threshold u ();
    end
  endgenerate

  // LUTs: the first word says so to Yosys, the second to Vivado.
  (* ram_style = "registers", rom_style = "distributed" *)
  reg [INPUT_BITS-1:0] rom[0:(1<<ADDRESS_BITS)-1];
  // Yosys also elaborates a module with its defaults, where there is no file.
  generate
    if (THRESHOLD_FILE != "") begin : g_rom
      initial $readmemh(THRESHOLD_FILE, rom);
    end
  endgenerate

  // What enters each stage.
  wire [STAGES*X_BITS-1:0] x;
  wire [STAGES*COUNT_BITS-1:0] count;
  wire [STAGES*COUNTER_BITS-1:0] fold;
  wire [STAGES:0] valid;
  reg [PE*OUTPUT_BITS-1:0] y;

  // The whole pipeline moves unless its last word is refused.
  wire enable = !m_axis_tvalid || m_axis_tready;
  reg [COUNTER_BITS-1:0] fold_in;
  wire unused_padding = &{1'b0, s_axis_tdata};

  assign s_axis_tready = enable;
  assign m_axis_tvalid = valid[STAGES];
  generate
    if (M_BITS > PE * OUTPUT_BITS) begin : g_pad
      assign m_axis_tdata = {{(M_BITS - PE * OUTPUT_BITS) {1'b0}}, y};
    end else begin : g_full
      assign m_axis_tdata = y;
    end
  endgenerate

  assign x[0+:X_BITS] = s_axis_tdata[0+:X_BITS];
  assign count[0+:COUNT_BITS] = {COUNT_BITS{1'b0}};
  assign fold[0+:COUNTER_BITS] = fold_in;
  assign valid[0] = s_axis_tvalid;

  always @(posedge clk)
    if (!rst_n) fold_in <= {COUNTER_BITS{1'b0}};
    else if (enable && s_axis_tvalid) fold_in <= fold_in == LAST_FOLD[COUNTER_BITS-1:0] ? {COUNTER_BITS{1'b0}} : fold_in + 1'b1;

  genvar i, p;
  generate
    for (i = 0; i < STAGES; i = i + 1) begin : g_stage
      wire [COUNT_BITS-1:0] count_next;
      reg valid_q;

      for (p = 0; p < PE; p = p + 1) begin : g_lane
        localparam [ADDRESS_BITS-1:0] LANE = ADDRESS_BITS'(p << (FOLD_BITS + STAGES));
        // With the i high bits of the count known, the next one asks for the level in the middle of what is left.
        wire [STAGES-1:0] prefix = count[i*COUNT_BITS+p*STAGES+:STAGES];
        wire [STAGES-1:0] node = STAGES'(1 << i) | prefix;
        wire signed [INPUT_BITS-1:0] threshold = rom[LANE|ADDRESS_BITS'(fold[i*COUNTER_BITS+:COUNTER_BITS])<<STAGES|ADDRESS_BITS'(node)];
        wire signed [INPUT_BITS-1:0] value = x[i*X_BITS+p*INPUT_BITS+:INPUT_BITS];
        wire above = value >= threshold;
        if (STAGES == 1) begin : g_bit
          assign count_next[p] = above;
        end else begin : g_bits
          assign count_next[p*STAGES+:STAGES] = {prefix[STAGES-2:0], above};
        end
      end

      always @(posedge clk)
        if (!rst_n) valid_q <= 1'b0;
        else if (enable) valid_q <= valid[i];

      assign valid[i+1] = valid_q;

      if (i < STAGES - 1) begin : g_middle
        reg [X_BITS-1:0] x_q;
        reg [COUNT_BITS-1:0] count_q;
        reg [COUNTER_BITS-1:0] fold_q;
        always @(posedge clk)
          if (enable) begin
            x_q <= x[i*X_BITS+:X_BITS];
            count_q <= count_next;
            fold_q <= fold[i*COUNTER_BITS+:COUNTER_BITS];
          end
        assign x[(i+1)*X_BITS+:X_BITS] = x_q;
        assign count[(i+1)*COUNT_BITS+:COUNT_BITS] = count_q;
        assign fold[(i+1)*COUNTER_BITS+:COUNTER_BITS] = fold_q;
      end else begin : g_last
        for (p = 0; p < PE; p = p + 1) begin : g_output
          // Wide enough for count, offset and a sign; the output keeps the low bits.
          wire [SUM_BITS-1:0] sum_unused_high = {{(SUM_BITS-STAGES){1'b0}}, count_next[p*STAGES+:STAGES]} + OFFSET[SUM_BITS-1:0];
          always @(posedge clk) if (enable) y[p*OUTPUT_BITS+:OUTPUT_BITS] <= sum_unused_high[OUTPUT_BITS-1:0];
        end
      end
    end
  endgenerate
endmodule

`default_nettype wire
