// The weights of a matrix, tile by tile, and the sums of PE rows at once over the COLUMNS tiles of a row fold.
//
// A tile has SIMD elements of x: those of weight +1 are added as they are, those of -1 as ~x, those of 0 not. INPUT_BITS = 1: counted is how many bits of x
// equal their weight (+-1); else x is signed. Weight ROM: address tile, element p*SIMD+s. WEIGHT_BITS = 1: +-1, 1 = +1; 2: -1, 0 or +1, two's complement.
// WEIGHT_BLOCK = 1: in block RAM.
// WEIGHT_BITS = 1, INPUT_BITS > 1, SIMD > 1: each adder of the tree adds one more where the first element below it has the weight -1 (see `terms`).
// `acc`, PE*ACC_BITS, is whole with acc_valid (the cycle before, acc_coming says that `enable` will make it so), 2 + STAGES cycles after the last tile and its x, while `enable` moves all registers. STAGES: none where SIMD = 1
// (the product is an operand of the accumulator), else a stage of leaves and those of a binary tree of adders, each with registers behind it.
// Weights and lanes are in one module: where weights are the same function of the tile, lanes share adders.
`default_nettype none

module tile_sums #(
    parameter integer PE = 2,
    parameter integer SIMD = 4,
    parameter integer COLUMNS = 1,
    parameter integer ROWS = 1,
    parameter integer INPUT_BITS = 1,
    parameter integer WEIGHT_BITS = 1,
    parameter integer ACC_BITS = 4,
    parameter integer WEIGHT_BLOCK = 0,
    parameter WEIGHT_FILE = ""
) (
    input wire clk,
    input wire rst_n,
    input wire enable,
    input wire valid,
    input wire last,
    input wire [(COLUMNS*ROWS>1?$clog2(COLUMNS*ROWS):1)-1:0] tile,
    input wire [SIMD*INPUT_BITS-1:0] x,
    output reg [PE*ACC_BITS-1:0] acc,
    output wire acc_coming,
    output reg acc_valid
);
  localparam integer TILES = COLUMNS * ROWS;
  // Elements of a leaf: five LUT levels, or two.
  localparam integer MOST = INPUT_BITS == 1 ? 12 : 2;
  localparam integer LEAVES = (SIMD + MOST - 1) / MOST;
  localparam integer LEAF = (SIMD + LEAVES - 1) / LEAVES;
  localparam integer DEPTH = $clog2(LEAVES);
  localparam integer STAGES = SIMD == 1 ? 0 : 1 + DEPTH;
  // Of a leaf, of the sum of a tile: unsigned for bipolar inputs, else signed.
  localparam integer LEAF_BITS = INPUT_BITS == 1 ? $clog2(LEAF + 1) : INPUT_BITS + $clog2(LEAF);
  localparam integer SUM_BITS = INPUT_BITS == 1 ? $clog2(SIMD + 1) : INPUT_BITS + $clog2(SIMD);
  localparam integer DEFERS = INPUT_BITS > 1 && WEIGHT_BITS == 1 && SIMD > 1 ? 1 : 0;

  generate
    if (WEIGHT_BLOCK < 0 || WEIGHT_BLOCK > 1) begin : g_illegal_block
      ILLEGAL_WEIGHT_BLOCK_not_0_or_1_in_tile_sums u ();
    end
    if (WEIGHT_BITS < 1 || WEIGHT_BITS > (INPUT_BITS > 1 ? 2 : 1)) begin : g_illegal_weights
      ILLEGAL_WEIGHT_BITS_not_1_or_2_with_more_than_one_input_bit_in_tile_sums u ();
    end
  endgenerate

  reg [SIMD*INPUT_BITS-1:0] x_q;
  always @(posedge clk) if (enable) x_q <= x;

  reg [PE*SIMD*WEIGHT_BITS-1:0] weights;
  generate
    if (WEIGHT_BLOCK != 0) begin : g_block
      (* rom_style = "block" *)
      reg [PE*SIMD*WEIGHT_BITS-1:0] rom[0:TILES-1];
      // Yosys also elaborates a module with its defaults, where there is no file.
      if (WEIGHT_FILE != "") begin : g_file
        initial $readmemh(WEIGHT_FILE, rom);
      end
      always @(posedge clk) if (enable) weights <= rom[tile];
    end else begin : g_luts
      // LUTs: the first word says so to Yosys, the second to Vivado.
      (* ram_style = "registers", rom_style = "distributed" *)
      reg [PE*SIMD*WEIGHT_BITS-1:0] rom[0:TILES-1];
      if (WEIGHT_FILE != "") begin : g_file
        initial $readmemh(WEIGHT_FILE, rom);
      end
      always @(posedge clk) if (enable) weights <= rom[tile];
    end
  endgenerate

  // Whether operands, then sums, are there, and the last of a row fold.
  reg [STAGES:0] valids, lasts;
  always @(posedge clk)
    if (!rst_n) begin
      valids <= {(STAGES + 1) {1'b0}};
      acc_valid <= 1'b0;
    end else if (enable) begin
      valids <= (STAGES + 1)'({valids, valid});
      acc_valid <= acc_coming;
    end
  assign acc_coming = valids[STAGES] && lasts[STAGES];
  always @(posedge clk) if (enable) lasts <= (STAGES + 1)'({lasts, last});
  wire adds = enable && valids[STAGES];

  genvar p, i, n, s;
  generate
    for (p = 0; p < PE; p = p + 1) begin : g_lane
      // Declared before the terms: Yosys then takes it for the adder's first operand, which needs no LUT of its own.
      reg [ACC_BITS-1:0] partial;
      // Elements times their weights. DEFERS: times their weights and those of the adder's first element, which is as it came; the sum is
      // turned where it is used, so that each of these adders has an operand without a LUT. (a ^ u) + (b ^ v) = ((a + (b ^ u ^ v)) ^ u) + u for u, v of 0 or -1,
      // and the + u is left out.
      wire [SIMD*INPUT_BITS-1:0] terms;
      wire [SIMD-1:0] negative;
      for (s = 0; s < SIMD; s = s + 1) begin : g_term
        wire [WEIGHT_BITS-1:0] weight = weights[(p*SIMD+s)*WEIGHT_BITS+:WEIGHT_BITS];
        assign negative[s] = WEIGHT_BITS == 1 ? !weight[0] : weight[WEIGHT_BITS-1];
        wire counts = WEIGHT_BITS == 1 || weight[0];
        wire turns = negative[s] ^ (DEFERS != 0 && negative[s/MOST*MOST]);
        assign terms[s*INPUT_BITS+:INPUT_BITS] = (x_q[s*INPUT_BITS+:INPUT_BITS] ^ {INPUT_BITS{turns}}) & {INPUT_BITS{counts}};
      end

      wire [ACC_BITS-1:0] addend;
      if (STAGES == 0) begin : g_product
        assign addend = {{(ACC_BITS - INPUT_BITS) {INPUT_BITS > 1 && terms[INPUT_BITS-1]}}, terms};
      end else begin : g_tree
        // Registers of leaves (level 0), then of sums of two. An odd one goes on as it is.
        for (i = 0; i <= DEPTH; i = i + 1) begin : g_level
          localparam integer NODES = (LEAVES + (1 << i) - 1) >> i;
          localparam integer BITS = LEAF_BITS + i < SUM_BITS ? LEAF_BITS + i : SUM_BITS;
          reg [NODES*BITS-1:0] sums;
          // Which of them are still to be turned.
          reg [NODES-1:0] turned;
          for (n = 0; n < NODES; n = n + 1) begin : g_node
            reg [BITS-1:0] total;
            if (i == 0) begin : g_leaf
              localparam integer FROM = n * LEAF;
              localparam integer COUNT = SIMD - FROM < LEAF ? SIMD - FROM : LEAF;
              integer k;
              always @* begin
                total = {BITS{1'b0}};
                for (k = FROM; k < FROM + COUNT; k = k + 1)
                total = total + {{(BITS - INPUT_BITS) {INPUT_BITS > 1 && terms[(k+1)*INPUT_BITS-1]}}, terms[k*INPUT_BITS+:INPUT_BITS]};
              end
              always @(posedge clk) if (enable) turned[n] <= DEFERS != 0 && negative[FROM];
            end else begin : g_sum
              localparam integer BELOW = (LEAVES + (1 << (i - 1)) - 1) >> (i - 1);
              localparam integer WIDTH = LEAF_BITS + i - 1 < SUM_BITS ? LEAF_BITS + i - 1 : SUM_BITS;
              wire [WIDTH-1:0] a = g_level[i-1].sums[2*n*WIDTH+:WIDTH];
              // Itself where there is no other.
              localparam integer OTHER = 2 * n + 1 < BELOW ? 2 * n + 1 : 2 * n;
              wire turns = g_level[i-1].turned[2*n] ^ g_level[i-1].turned[OTHER];
              wire [WIDTH-1:0] b = OTHER == 2 * n ? {WIDTH{1'b0}} : g_level[i-1].sums[OTHER*WIDTH+:WIDTH] ^ {WIDTH{turns}};
              always @(posedge clk) if (enable) turned[n] <= g_level[i-1].turned[2*n];
              wire [BITS-1:0] wide_a = {{(BITS - WIDTH) {INPUT_BITS > 1 && a[WIDTH-1]}}, a};
              wire [BITS-1:0] wide_b = {{(BITS - WIDTH) {INPUT_BITS > 1 && b[WIDTH-1]}}, b};
              always @* total = wide_a + wide_b;
            end
            always @(posedge clk) if (enable) sums[n*BITS+:BITS] <= total;
          end
        end
        wire [SUM_BITS-1:0] sum = g_level[DEPTH].sums ^ {SUM_BITS{g_level[DEPTH].turned}};
        assign addend = {{(ACC_BITS - SUM_BITS) {INPUT_BITS > 1 && sum[SUM_BITS-1]}}, sum};
      end

      wire [ACC_BITS-1:0] next;
      if (COLUMNS == 1) begin : g_whole
        wire unused_partial = &{1'b0, partial};
        assign next = addend;
        always @(posedge clk) partial <= {ACC_BITS{1'b0}};
      end else begin : g_partial
        // Cleared by its reset when the sum is whole: a LUT a bit has room for the product.
        assign next = partial + addend;
        always @(posedge clk)
          if (!rst_n || (adds && lasts[STAGES])) partial <= {ACC_BITS{1'b0}};
          else if (adds) partial <= next;
      end
      always @(posedge clk) if (adds && lasts[STAGES]) acc[p*ACC_BITS+:ACC_BITS] <= next;
    end
  endgenerate
endmodule

`default_nettype wire
