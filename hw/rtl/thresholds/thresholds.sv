// The thresholds behind an accumulator of PE lanes: serial_threshold (SERIAL = 1) or multi_threshold, with their parameters.
//
// `acc` is not padded to bytes. `acc_taken` may depend on m_axis_tready.
`default_nettype none

module thresholds #(
    parameter integer CHANNELS = 4,
    parameter integer PE = 2,
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
    output wire [(PE*OUTPUT_BITS+7)/8*8-1:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer ACC = PE * INPUT_BITS;
  localparam integer WORD = (ACC + 7) / 8 * 8;
  wire [WORD-1:0] word;

  generate
    if (WORD > ACC) begin : g_pad
      assign word = {{(WORD - ACC) {1'b0}}, acc};
    end else begin : g_full
      assign word = acc;
    end

    if (SERIAL != 0) begin : g_serial
      serial_threshold #(
          .CHANNELS(CHANNELS),
          .PE(PE),
          .INPUT_BITS(INPUT_BITS),
          .LEVELS(LEVELS),
          .OUTPUT_BITS(OUTPUT_BITS),
          .OFFSET(OFFSET),
          .BLOCK(BLOCK),
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
