// What RAMB18E1 and RAMB36E1 have in common (UG473): BYTES cells of nine bits, a byte and its parity, and two ports.
//
// A port reads and writes words of 0 (does not), 1, 2, 4, 9, 18, 36 or 72 bits at an address of bits, whose low ones, within a word, are
// ignored. Data are nine bits a cell, parity in the highest; words below nine bits lie in the lowest. Both ports have one clock.
// What UG473 calls undefined is x here (random bits in Verilator, with --x-assign unique): what the other port writes at the same
// edge, unless that port is READ_FIRST. Both ports writing the same cell at the same edge end the simulation.
// verilator lint_off WIDTHEXPAND
// verilator lint_off WIDTHTRUNC
// verilator lint_off DECLFILENAME
// verilator lint_off UNUSEDSIGNAL
`default_nettype none

module xc7_block_ram #(
    parameter integer BYTES = 2048,
    parameter [BYTES*8-1:0] INIT = 0,
    parameter [BYTES-1:0] INITP = 0,
    parameter integer READ_A = 0,
    parameter integer READ_B = 0,
    parameter integer WRITE_A = 0,
    parameter integer WRITE_B = 0,
    parameter MODE_A = "WRITE_FIRST",
    parameter MODE_B = "WRITE_FIRST",
    parameter integer REGISTER_A = 0,
    parameter integer REGISTER_B = 0,
    parameter PRIORITY_A = "RSTREG",
    parameter PRIORITY_B = "RSTREG",
    parameter [71:0] START_A = 0,
    parameter [71:0] START_B = 0,
    parameter [71:0] RESET_A = 0,
    parameter [71:0] RESET_B = 0
) (
    input wire clk_a,
    input wire clk_b,
    // Port b in the upper half of each.
    input wire [1:0] enable,
    input wire [1:0] latch_reset,
    input wire [1:0] register_reset,
    input wire [1:0] register_enable,
    input wire [2*($clog2(BYTES)+3)-1:0] address,
    input wire [15:0] write,
    input wire [143:0] in,
    output wire [143:0] out
);
  localparam integer BITS = $clog2(BYTES);

  reg [8:0] cells[0:BYTES-1];
  integer cell_number;
  initial
    for (cell_number = 0; cell_number < BYTES; cell_number = cell_number + 1)
      cells[cell_number] = {INITP[cell_number], INIT[8*cell_number+:8]};

  wire clk = READ_A > 0 || WRITE_A > 0 ? clk_a : clk_b;
  generate
    if ((READ_A > 0 || WRITE_A > 0) && (READ_B > 0 || WRITE_B > 0)) begin : g_one_clock
      always @(posedge clk)
        if (clk_a !== clk_b) begin
          $display("%m: the ports have different clocks, modelled is one");
          $fatal;
        end
    end
  endgenerate

  // What each port writes: which cells, from which on.
  wire [15:0] writes;
  wire [2*BITS-1:0] to;

  genvar p;
  generate
    for (p = 0; p < 2; p = p + 1) begin : g_port
      localparam integer READ = p == 0 ? READ_A : READ_B;
      localparam integer WRITE = p == 0 ? WRITE_A : WRITE_B;
      localparam integer READS = READ > 9 ? READ / 9 : 1;
      localparam integer WRITES = WRITE > 9 ? WRITE / 9 : 1;
      localparam integer OTHER_WRITE = p == 0 ? WRITE_B : WRITE_A;
      localparam integer OTHER_WRITES = OTHER_WRITE > 9 ? OTHER_WRITE / 9 : 1;
      localparam MODE = p == 0 ? MODE_A : MODE_B;
      localparam OTHER_MODE = p == 0 ? MODE_B : MODE_A;
      localparam integer FIRST = MODE == "WRITE_FIRST" ? 1 : 0;
      localparam integer HOLDS = MODE == "NO_CHANGE" ? 1 : 0;
      localparam integer COLLIDES = OTHER_WRITE > 0 && OTHER_MODE != "READ_FIRST" ? 1 : 0;
      localparam [8:0] READ_MASK = READ < 9 ? (1 << READ) - 1 : 9'h1ff;
      localparam [8:0] WRITE_MASK = WRITE < 9 ? (1 << WRITE) - 1 : 9'h1ff;
      localparam [71:0] START = p == 0 ? START_A : START_B;
      localparam [71:0] RESET = p == 0 ? RESET_A : RESET_B;

      wire [BITS+2:0] bits = address[p*(BITS+3)+:BITS+3];
      wire [BITS-1:0] target = bits[BITS+2:3] & ~(WRITES - 1);
      wire [BITS-1:0] source = bits[BITS+2:3] & ~(READS - 1);
      // Of a word below nine bits, in its cell.
      wire [2:0] target_bit = WRITE < 9 ? bits[2:0] & ~(WRITE - 1) : 3'd0;
      wire [2:0] source_bit = READ < 9 ? bits[2:0] & ~(READ - 1) : 3'd0;
      wire [7:0] wanted = WRITE > 0 && enable[p] ? write[8*p+:8] : 8'd0;
      wire [71:0] data = in[72*p+:72];
      wire [7:0] other_writes = writes[8*(1-p)+:8];
      wire [BITS-1:0] other_target = to[BITS*(1-p)+:BITS];
      assign writes[8*p+:8] = wanted;
      assign to[BITS*p+:BITS] = target;

      // Reads see what was there before this edge.
      if (WRITE > 0) begin : g_write
        integer k;
        always @(posedge clk)
          for (k = 0; k < WRITES; k = k + 1)
            if (wanted[k])
              cells[target+k] <= cells[target+k] & ~(WRITE_MASK << target_bit) | (data[9*k+:9] & WRITE_MASK) << target_bit;
      end

      reg [71:0] latch;
      initial latch = START;
      if (READ > 0) begin : g_read
        integer k;
        reg [71:0] word;
        reg [8:0] value;
        reg [BITS-1:0] distance;
        always @(posedge clk)
          if (enable[p]) begin
            if (latch_reset[p]) latch <= RESET;
            else if (HOLDS == 0 || wanted == 8'd0) begin
              word = 72'd0;
              for (k = 0; k < READS; k = k + 1) begin
                value = cells[source+k];
                if (FIRST != 0 && wanted[k])
                  value = value & ~(WRITE_MASK << target_bit) | (data[9*k+:9] & WRITE_MASK) << target_bit;
                distance = source + k - other_target;
                if (COLLIDES != 0 && distance < OTHER_WRITES && other_writes[distance[2:0]]) value = 9'bx;
                word[9*k+:9] = (value >> source_bit) & READ_MASK;
              end
              latch <= word;
            end
          end
      end

      if ((p == 0 ? REGISTER_A : REGISTER_B) != 0) begin : g_register
        localparam integer ALWAYS = (p == 0 ? PRIORITY_A : PRIORITY_B) == "RSTREG" ? 1 : 0;
        reg [71:0] register;
        initial register = START;
        always @(posedge clk)
          if (register_reset[p] && (ALWAYS != 0 || register_enable[p])) register <= RESET;
          else if (register_enable[p]) register <= latch;
        assign out[72*p+:72] = register;
      end else begin : g_latch
        assign out[72*p+:72] = latch;
      end
    end

    if (WRITE_A > 0 && WRITE_B > 0) begin : g_two_writers
      localparam integer CELLS_A = WRITE_A > 9 ? WRITE_A / 9 : 1;
      localparam integer CELLS_B = WRITE_B > 9 ? WRITE_B / 9 : 1;
      wire [BITS-1:0] ahead = to[BITS+:BITS] - to[0+:BITS];
      wire [BITS-1:0] behind = to[0+:BITS] - to[BITS+:BITS];
      always @(posedge clk)
        if (writes[7:0] != 0 && writes[15:8] != 0 && (ahead < CELLS_A || behind < CELLS_B)) begin
          $display("%m: both ports write the same word at the same edge");
          $fatal;
        end
    end
  endgenerate
endmodule

// Ends the simulation where a port that is written in words below its LANES of nine bits has write enables that differ from lane to
// lane: they must repeat (UG473, byte-wide write enable), or the device writes elsewhere.
module xc7_repeated #(
    parameter integer LANES = 2,
    parameter integer BITS = 9
) (
    input wire clk,
    input wire enable,
    input wire [7:0] write
);
  localparam integer CELLS = BITS > 9 ? BITS / 9 : 1;
  generate
    if (BITS > 0 && CELLS < LANES) begin : g_narrow
      localparam integer LOW = LANES - CELLS;
      always @(posedge clk)
        if (enable && write[LANES-1:CELLS] != write[LOW-1:0]) begin
          $display("%m: write enables %b of words of %0d bits do not repeat", write[LANES-1:0], BITS);
          $fatal;
        end
    end
  endgenerate
endmodule

`default_nettype wire
