// The thresholds behind an accumulator of PE lanes: serial_threshold (SERIAL = 1) or multi_threshold, with their parameters.
//
// LANES divides PE and is the output's: with SERIAL = 1 and LANES < PE a word of accumulators waits, and its parts are searched one after the other.
// `acc` is not padded to bytes. `acc_taken` may depend on m_axis_tready.
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
    output wire acc_taken,
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
      wire part_valid, part_taken;
      if (LANES < PE) begin : g_parts
        localparam integer PARTS = LANES > 0 ? PE / LANES : 1;
        localparam integer TURN_BITS = $clog2(PARTS);
        localparam [TURN_BITS-1:0] LAST = TURN_BITS'(PARTS - 1);
        localparam integer BITS = LANES * INPUT_BITS;
        reg [ACC-1:0] waiting;
        reg [TURN_BITS-1:0] turn;
        // A register, as acc_taken is: a word is taken only when the last part of the one before has left.
        reg filled;
        wire [BITS-1:0] parts[0:(1<<TURN_BITS)-1];

        assign acc_taken = !filled;
        assign part_valid = filled;
        assign part = PART'(parts[turn]);
        for (i = 0; i < (1 << TURN_BITS); i = i + 1) begin : g_part
          // Beyond the last: whatever makes the multiplexer smallest.
          assign parts[i] = i < PARTS ? waiting[(i<PARTS?i:0)*BITS+:BITS] : {BITS{1'bx}};
        end

        always @(posedge clk)
          if (!rst_n) begin
            filled <= 1'b0;
            turn <= {TURN_BITS{1'b0}};
          end else if (!filled) filled <= acc_valid;
          else if (part_taken) begin
            filled <= turn != LAST;
            turn <= turn == LAST ? {TURN_BITS{1'b0}} : turn + 1'b1;
          end

        always @(posedge clk) if (!filled) waiting <= acc;
        wire unused_padded = &{1'b0, word};
      end else begin : g_whole
        assign part = word;
        assign part_valid = acc_valid;
        assign acc_taken = part_taken;
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
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready)
      );
    end else begin : g_pipelined
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
          .s_axis_tready(acc_taken),
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready)
      );
    end
  endgenerate
endmodule

`default_nettype wire
