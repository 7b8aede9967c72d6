// y = count of levels l with x >= T[channel][l], plus OFFSET, in OUTPUT_BITS bits; LEVELS = 1, OUTPUT_BITS = 1, OFFSET = 0 is a sign.
//
// Words hold PE elements, element 0 in the low bits, padded with 0 to bytes; x is signed. Thresholds of a channel ascend with l.
// A binary search, one comparator a lane. ROM: a heap of 2^STAGES words of INPUT_BITS a channel, LEVELS = 2^STAGES - 1; channel f*PE+p at
// (p*2^FOLD_BITS+f)*2^STAGES, root at 1, children of n at 2n (below) and 2n+1. BLOCK = 0 keeps it in LUTs; 1 in block RAM, where a word has two
// thresholds, 2n in the low bits: both children are on their way, through a register, while their parent is compared.
// Folding: a word every STAGES + 1 cycles, CHANNELS/PE words a pixel. `multi_threshold` takes one every cycle, with STAGES comparators a lane.
// s_axis_tready is a register, and s_axis_tready_next what it will be: the handshake is cut here.
`default_nettype none

module serial_threshold #(
    parameter integer CHANNELS = 4,
    parameter integer PE = 2,
    parameter integer INPUT_BITS = 8,
    parameter integer LEVELS = 3,
    parameter integer OUTPUT_BITS = 2,
    parameter integer OFFSET = -2,
    parameter integer BLOCK = 0,
    parameter THRESHOLD_FILE = ""
) (
    input wire clk,
    input wire rst_n,
    input wire [(PE*INPUT_BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire s_axis_tready_next,
    output wire [(PE*OUTPUT_BITS+7)/8*8-1:0] m_axis_tdata,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer FOLDS = CHANNELS / PE;
  localparam integer FOLD_BITS = $clog2(FOLDS);
  localparam integer COUNTER_BITS = FOLDS > 1 ? FOLD_BITS : 1;
  localparam integer STAGES = LEVELS > 0 ? $clog2(LEVELS + 1) : 1;
  localparam integer ADDRESS_BITS = $clog2(PE) + FOLD_BITS + STAGES;
  localparam integer X_BITS = PE * INPUT_BITS;
  localparam integer SUM_BITS = (OUTPUT_BITS > STAGES ? OUTPUT_BITS : STAGES) + 1;
  localparam integer M_BITS = (PE * OUTPUT_BITS + 7) / 8 * 8;
  localparam [COUNTER_BITS-1:0] LAST_FOLD = COUNTER_BITS'(FOLDS - 1);

  generate
    if (CHANNELS % PE != 0) begin : g_illegal_pe
      ILLEGAL_PE_does_not_divide_CHANNELS_in_serial_threshold u ();
    end
    if (LEVELS < 1 || (1 << STAGES) != LEVELS + 1) begin : g_illegal_levels
      ILLEGAL_LEVELS_is_not_a_power_of_two_minus_one_in_serial_threshold u ();
    end
    if (INPUT_BITS < 2) begin : g_illegal_input
      ILLEGAL_INPUT_BITS_below_two_in_serial_threshold u ();
    end
    if (OUTPUT_BITS == 1 ? (LEVELS != 1 || OFFSET != 0)
        : (OFFSET < -(1 << (OUTPUT_BITS - 1)) || OFFSET + LEVELS >= (1 << (OUTPUT_BITS - 1)))) begin : g_illegal_output
      ILLEGAL_OUTPUT_BITS_do_not_hold_the_count_in_serial_threshold u ();
    end
    if (BLOCK < 0 || BLOCK > 1) begin : g_illegal_block
      ILLEGAL_BLOCK_not_0_or_1_in_serial_threshold u ();
    end
  endgenerate

  // A ring: bit 0 waits for a word, then come its comparisons, the last in the highest bit. It begins there, so that the first root is
  // read; nothing has been searched then (see `node`).
  reg [STAGES:0] stage;
  reg [COUNTER_BITS-1:0] fold;
  wire idle = stage[0];
  wire last = stage[STAGES];
  wire searched;
  wire enable = !(searched && m_axis_tvalid && !m_axis_tready);
  wire step = idle ? s_axis_tvalid : enable;
  wire take = s_axis_tvalid && idle;
  wire unused_padding = &{1'b0, s_axis_tdata};

  assign s_axis_tready = idle;
  assign s_axis_tready_next = idle ? !s_axis_tvalid : last && enable;

  always @(posedge clk)
    if (!rst_n) stage <= {1'b1, {STAGES{1'b0}}};
    else if (step) stage <= {stage[STAGES-1:0], stage[STAGES]};

  // Block RAM is asked for the next root during the last comparison.
  wire turn = BLOCK != 0 ? stage[STAGES-1] && step : searched && enable;
  always @(posedge clk)
    if (!rst_n) fold <= {COUNTER_BITS{1'b0}};
    else if (turn) fold <= fold == LAST_FOLD ? {COUNTER_BITS{1'b0}} : fold + 1'b1;

  always @(posedge clk)
    if (!rst_n) m_axis_tvalid <= 1'b0;
    else if (!m_axis_tvalid || m_axis_tready) m_axis_tvalid <= searched;

  reg [X_BITS-1:0] x;
  always @(posedge clk) if (take) x <= s_axis_tdata[X_BITS-1:0];

  reg [PE*OUTPUT_BITS-1:0] y;
  genvar p;
  generate
    for (p = 0; p < PE; p = p + 1) begin : g_lane
      // Node of the heap whose threshold is at hand; its bits below the leading one are the count's bits so far. 0 while there is no word: the root
      // is its child.
      reg [STAGES-1:0] node;
      wire [INPUT_BITS-1:0] value = x[p*INPUT_BITS+:INPUT_BITS];
      wire above;
      wire [STAGES:0] child = {node, above || idle};
      // The leading one has left the last node's count; the output keeps the low bits of the sum.
      wire [SUM_BITS-1:0] sum_unused_high = {{(SUM_BITS - STAGES) {1'b0}}, child[STAGES-1:0]} + OFFSET[SUM_BITS-1:0];
      wire unused_leading_one = &{1'b0, child[STAGES]};

      always @(posedge clk)
        if (!rst_n || (last && enable)) node <= {STAGES{1'b0}};
        else if (step) node <= child[STAGES-1:0];

      // Each lane has a ROM with one port, as block RAM is surely inferred from. Logic reads from registers: mixed with what
      // computes the address, a ROM takes twice its LUTs.
      if (BLOCK != 0) begin : g_block
        localparam integer WORD_BITS = 2 * INPUT_BITS;
        localparam integer WORD_ADDRESS_BITS = ADDRESS_BITS > 1 ? ADDRESS_BITS - 1 : 1;
        localparam [WORD_ADDRESS_BITS-1:0] LANE = WORD_ADDRESS_BITS'(p << (FOLD_BITS + STAGES - 1));
        (* rom_style = "block" *)
        reg [WORD_BITS-1:0] rom[0:(1<<WORD_ADDRESS_BITS)-1];
        // Yosys also elaborates a module with its defaults, where there is no file.
        if (THRESHOLD_FILE != "") begin : g_file
          initial $readmemh(THRESHOLD_FILE, rom);
        end
        // Two comparisons ahead, one ahead.
        reg [WORD_BITS-1:0] read, children;
        wire [WORD_ADDRESS_BITS-1:0] first_word = LANE | WORD_ADDRESS_BITS'(fold) << STAGES - 1;
        wire [WORD_ADDRESS_BITS-1:0] address;
        if (STAGES > 1) begin : g_search
          assign address = first_word | WORD_ADDRESS_BITS'(last ? {(STAGES - 1) {1'b0}} : child[STAGES-2:0]);
        end else begin : g_root
          assign address = first_word;
        end
        always @(posedge clk)
          if (step) begin
            read <= rom[address];
            children <= read;
          end
        // Subtracted: a LUT a bit has room for what picks the threshold, where a comparison of two bits a LUT has none.
        wire [INPUT_BITS-1:0] threshold = node[0] ? children[INPUT_BITS+:INPUT_BITS] : children[0+:INPUT_BITS];
        wire [INPUT_BITS:0] difference_unused_low = {value[INPUT_BITS-1], value} - {threshold[INPUT_BITS-1], threshold};
        assign above = !difference_unused_low[INPUT_BITS];
      end else begin : g_luts
        localparam [ADDRESS_BITS-1:0] LANE = ADDRESS_BITS'(p << (FOLD_BITS + STAGES));
        // LUTs: the first word says so to Yosys, the second to Vivado.
        (* ram_style = "registers", rom_style = "distributed" *)
        reg [INPUT_BITS-1:0] rom[0:(1<<ADDRESS_BITS)-1];
        if (THRESHOLD_FILE != "") begin : g_file
          initial $readmemh(THRESHOLD_FILE, rom);
        end
        wire [INPUT_BITS-1:0] threshold = rom[LANE|ADDRESS_BITS'(fold)<<STAGES|ADDRESS_BITS'(node)];
        assign above = $signed(value) >= $signed(threshold);
      end
      always @(posedge clk) if (enable && last) y[p*OUTPUT_BITS+:OUTPUT_BITS] <= sum_unused_high[OUTPUT_BITS-1:0];
    end

    // The leading one is in the highest bit at the last comparison.
    assign searched = g_lane[0].node[STAGES-1];

    if (M_BITS > PE * OUTPUT_BITS) begin : g_pad
      assign m_axis_tdata = {{(M_BITS - PE * OUTPUT_BITS) {1'b0}}, y};
    end else begin : g_full
      assign m_axis_tdata = y;
    end
  endgenerate
endmodule

`default_nettype wire
