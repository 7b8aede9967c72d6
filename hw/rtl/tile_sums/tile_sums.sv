// The weights of a matrix and PE sums of a tile: over SIMD elements of x, those of weight +1 as they are, those of -1 as ~x, those of 0 not.
//
// Weight ROM: address tile, element p*SIMD+s. WEIGHT_BITS = 1: +-1, 1 = +1; 2: -1, 0 or +1, two's complement. WEIGHT_BLOCK = 1: in block RAM.
// INPUT_BITS = 1: how many bits of x equal their weight (+-1), unsigned; else x is signed and so is the sum.
// Weights and lanes are in one module: where weights are the same function of the tile, lanes share adders.
// Registers hold the operands, then follow each stage of adders: FIRST elements a sum in the first, NEXT sums a sum in the second, what is left in the
// third. 1 + STAGES cycles from tile and x to sums, while `enable` moves them.
`default_nettype none

module tile_sums #(
    parameter integer PE = 2,
    parameter integer SIMD = 4,
    parameter integer TILES = 1,
    parameter integer INPUT_BITS = 1,
    parameter integer WEIGHT_BITS = 1,
    parameter integer SUM_BITS = 3,
    parameter integer FIRST = 16,
    parameter integer NEXT = 5,
    parameter integer WEIGHT_BLOCK = 0,
    parameter WEIGHT_FILE = ""
) (
    input wire clk,
    input wire enable,
    input wire [(TILES>1?$clog2(TILES):1)-1:0] tile,
    input wire [SIMD*INPUT_BITS-1:0] x,
    output wire [PE*SUM_BITS-1:0] sums
);
  localparam integer GROUPS = (SIMD + FIRST - 1) / FIRST;
  localparam integer HALFWAY = (GROUPS + NEXT - 1) / NEXT;
  localparam integer STAGES = GROUPS == 1 ? 1 : HALFWAY == 1 ? 2 : 3;

  generate
    if (WEIGHT_BLOCK < 0 || WEIGHT_BLOCK > 1) begin : g_illegal_block
      ILLEGAL_WEIGHT_BLOCK_not_0_or_1_in_tile_sums u ();
    end
    if (WEIGHT_BITS < 1 || WEIGHT_BITS > (INPUT_BITS > 1 ? 2 : 1)) begin : g_illegal_weights
      ILLEGAL_WEIGHT_BITS_not_1_or_2_with_more_than_one_input_bit_in_tile_sums u ();
    end
  endgenerate

  (* rom_style = WEIGHT_BLOCK != 0 ? "block" : "logic" *)
  reg [PE*SIMD*WEIGHT_BITS-1:0] rom[0:TILES-1];
  // Yosys also elaborates a module with its defaults, where there is no file.
  generate
    if (WEIGHT_FILE != "") begin : g_rom
      initial $readmemh(WEIGHT_FILE, rom);
    end
  endgenerate

  reg [SIMD*INPUT_BITS-1:0] x_q;
  reg [PE*SIMD*WEIGHT_BITS-1:0] weights;
  always @(posedge clk)
    if (enable) begin
      x_q <= x;
      weights <= rom[tile];
    end

  genvar p, g, t;
  generate
    for (p = 0; p < PE; p = p + 1) begin : g_lane
      wire [SIMD*WEIGHT_BITS-1:0] weight = weights[p*SIMD*WEIGHT_BITS+:SIMD*WEIGHT_BITS];
      reg [GROUPS*SUM_BITS-1:0] first;

      for (g = 0; g < GROUPS; g = g + 1) begin : g_first
        localparam integer FROM = g * FIRST;
        localparam integer COUNT = SIMD - FROM < FIRST ? SIMD - FROM : FIRST;
        reg [SUM_BITS-1:0] total;
        integer s;
        if (INPUT_BITS == 1) begin : g_bipolar
          wire [COUNT-1:0] agree = ~(x_q[FROM+:COUNT] ^ weight[FROM+:COUNT]);
          always @* begin
            total = {SUM_BITS{1'b0}};
            for (s = 0; s < COUNT; s = s + 1) total = total + SUM_BITS'(agree[s]);
          end
        end else begin : g_signed
          wire [SIMD-1:0] negative, counts;
          reg signed [INPUT_BITS-1:0] term;
          for (t = 0; t < SIMD; t = t + 1) begin : g_weight
            assign negative[t] = WEIGHT_BITS == 1 ? !weight[t] : weight[(t+1)*WEIGHT_BITS-1];
            assign counts[t] = WEIGHT_BITS == 1 || weight[t*WEIGHT_BITS];
          end
          always @* begin
            total = {SUM_BITS{1'b0}};
            term  = {INPUT_BITS{1'b0}};
            for (s = FROM; s < FROM + COUNT; s = s + 1) begin
              term  = (x_q[s*INPUT_BITS+:INPUT_BITS] ^ {INPUT_BITS{negative[s]}}) & {INPUT_BITS{counts[s]}};
              total = total + SUM_BITS'(term);
            end
          end
        end
        always @(posedge clk) if (enable) first[g*SUM_BITS+:SUM_BITS] <= total;
      end

      if (STAGES == 1) begin : g_one_stage
        assign sums[p*SUM_BITS+:SUM_BITS] = first;
      end else begin : g_more_stages
        reg [HALFWAY*SUM_BITS-1:0] second;
        for (g = 0; g < HALFWAY; g = g + 1) begin : g_second
          localparam integer FROM = g * NEXT;
          localparam integer COUNT = GROUPS - FROM < NEXT ? GROUPS - FROM : NEXT;
          reg [SUM_BITS-1:0] total;
          integer s;
          always @* begin
            total = {SUM_BITS{1'b0}};
            for (s = FROM; s < FROM + COUNT; s = s + 1) total = total + first[s*SUM_BITS+:SUM_BITS];
          end
          always @(posedge clk) if (enable) second[g*SUM_BITS+:SUM_BITS] <= total;
        end
        if (STAGES == 2) begin : g_two_stages
          assign sums[p*SUM_BITS+:SUM_BITS] = second;
        end else begin : g_three_stages
          reg [SUM_BITS-1:0] total, third;
          integer s;
          always @* begin
            total = {SUM_BITS{1'b0}};
            for (s = 0; s < HALFWAY; s = s + 1) total = total + second[s*SUM_BITS+:SUM_BITS];
          end
          always @(posedge clk) if (enable) third <= total;
          assign sums[p*SUM_BITS+:SUM_BITS] = third;
        end
      end
    end
  endgenerate
endmodule

`default_nettype wire
