// The thresholds behind an accumulator of PE lanes: serial_threshold (SERIAL = 1) or multi_threshold, with their parameters.
//
// LANES divides PE and is the output's: with SERIAL = 1 and LANES < PE a word of accumulators waits, and its parts are searched one after the other.
// `acc` is not padded to bytes. The accumulator moves with `acc_enable` and refills `acc` with it where `acc_coming` says so. acc_enable is a register
// (SERIAL = 1), or depends on m_axis_tready.
`default_nettype none

module thresholds #(
    parameter integer CHANNELS = 4,
    parameter integer PE = 2,
    parameter integer LANES = PE,
    parameter integer INPUT_BITS = 8,
    parameter integer LEVELS = 3,
    parameter integer OUTPUT_BITS = 2,
    parameter integer OFFSET = -2,
    parameter integer SERIAL = 1,
    parameter integer BLOCK = 0,
    parameter THRESHOLD_FILE = ""
) (
    input wire clk,
    input wire rst_n,
    input wire [PE*INPUT_BITS-1:0] acc,
    input wire acc_valid,
    input wire acc_coming,
    output wire acc_enable,
    output wire [(LANES*OUTPUT_BITS+7)/8*8-1:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer ACC = PE * INPUT_BITS;
  localparam integer WORD = (ACC + 7) / 8 * 8;
  wire [WORD-1:0] word;

  genvar i;
  generate
    if (LANES < 1 || PE % LANES != 0 || (LANES < PE && SERIAL == 0)) begin : g_illegal_lanes
      ILLEGAL_LANES_do_not_divide_PE_or_are_fewer_without_SERIAL_in_thresholds u ();
    end
    if (WORD > ACC) begin : g_pad
      assign word = {{(WORD - ACC) {1'b0}}, acc};
    end else begin : g_full
      assign word = acc;
    end

    if (SERIAL != 0) begin : g_serial
      localparam integer PART = (LANES * INPUT_BITS + 7) / 8 * 8;
      wire [PART-1:0] part;
      wire part_valid, part_taken, part_taken_next, taken_next;

      // What !acc_valid || taken will be: while it is not, acc_valid stays.
      reg moves;
      assign acc_enable = moves;
      always @(posedge clk)
        if (!rst_n) moves <= 1'b1;
        else moves <= (moves && !acc_coming) || taken_next;

      if (LANES < PE) begin : g_parts
        localparam integer PARTS = LANES > 0 ? PE / LANES : 1;
        localparam integer TURN_BITS = $clog2(PARTS);
        localparam [TURN_BITS-1:0] LAST = TURN_BITS'(PARTS - 1);
        localparam integer BITS = LANES * INPUT_BITS;
        reg [ACC-1:0] waiting;
        reg [TURN_BITS-1:0] turn;
        // A word is taken only when the last part of the one before has left.
        reg empty;
        wire [BITS-1:0] parts[0:(1<<TURN_BITS)-1];
        wire unused_next = &{1'b0, part_taken_next};

        assign taken_next = empty ? !acc_valid : part_taken && turn == LAST;
        assign part_valid = !empty;
        assign part = PART'(parts[turn]);
        for (i = 0; i < (1 << TURN_BITS); i = i + 1) begin : g_part
          // Beyond the last: whatever makes the multiplexer smallest.
          assign parts[i] = i < PARTS ? waiting[(i<PARTS?i:0)*BITS+:BITS] : {BITS{1'bx}};
        end

        always @(posedge clk)
          if (!rst_n) begin
            empty <= 1'b1;
            turn  <= {TURN_BITS{1'b0}};
          end else begin
            empty <= taken_next;
            if (part_valid && part_taken) turn <= turn == LAST ? {TURN_BITS{1'b0}} : turn + 1'b1;
          end

        always @(posedge clk) if (empty) waiting <= acc;
        wire unused_padded = &{1'b0, word};
      end else begin : g_whole
        assign part = word;
        assign part_valid = acc_valid;
        assign taken_next = part_taken_next;
        wire unused_taken = &{1'b0, part_taken};
      end

      serial_threshold #(
          .CHANNELS(CHANNELS),
          .PE(LANES),
          .INPUT_BITS(INPUT_BITS),
          .LEVELS(LEVELS),
          .OUTPUT_BITS(OUTPUT_BITS),
          .OFFSET(OFFSET),
          .BLOCK(BLOCK),
          .THRESHOLD_FILE(THRESHOLD_FILE)
      ) thresholding (
          .clk(clk),
          .rst_n(rst_n),
          .s_axis_tdata(part),
          .s_axis_tvalid(part_valid),
          .s_axis_tready(part_taken),
          .s_axis_tready_next(part_taken_next),
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready)
      );
    end else begin : g_pipelined
      wire taken;
      assign acc_enable = !acc_valid || taken;
      wire unused_coming = &{1'b0, acc_coming};

      multi_threshold #(
          .CHANNELS(CHANNELS),
          .PE(PE),
          .INPUT_BITS(INPUT_BITS),
          .LEVELS(LEVELS),
          .OUTPUT_BITS(OUTPUT_BITS),
          .OFFSET(OFFSET),
          .THRESHOLD_FILE(THRESHOLD_FILE)
      ) thresholding (
          .clk(clk),
          .rst_n(rst_n),
          .s_axis_tdata(word),
          .s_axis_tvalid(acc_valid),
          .s_axis_tready(taken),
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready)
      );
    end
  endgenerate
endmodule

`default_nettype wire
