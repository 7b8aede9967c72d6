// A batch from START to its end: complete, failed or aborted.
//
// idle -> preparing (the last address is computed, everything is in reset) -> running -> (draining, where bursts that were issued
// are finished) -> idle. Preparing lasts until the memory has answered what was asked before a reset. The core, that is accelerator
// and byte buffers, is in reset whenever no batch runs, so each batch finds it as new. Address errors end a batch before its first
// burst.
`default_nettype none

module batch_control (
    input wire clk,
    input wire rst_n,

    // Commands, and the registers that START copies.
    input wire start,
    input wire stop,
    input wire clear,
    input wire [2:0] source_low,
    input wire [2:0] destination_low,
    input wire [31:0] windows,
    input wire [15:0] offset,
    input wire [1:0] mode,

    output wire load,  // a batch begins: every unit takes its settings
    output wire clear_counters,
    output reg running,
    output reg core_rst_n,
    output reg [31:0] batch_windows,
    output reg [15:0] batch_offset,
    output reg [1:0] batch_mode,

    input wire extent_valid,
    input wire extent_too_long,
    input wire reader_idle,
    input wire writer_idle,
    input wire writer_complete,
    input wire writer_beyond,  // the results pass the address space's end
    input wire [1:0] read_error,  // pulses: slave error, decode error
    input wire [1:0] write_error,
    input wire [28:0] read_beat,  // of the burst that failed
    input wire [28:0] write_beat,

    output reg busy,
    output reg done,
    output reg aborted,
    output reg ended,
    output reg [6:0] error,
    output reg [31:0] error_address
);
  localparam integer BAD_ADDRESS = 4;
  localparam integer NO_WINDOWS = 5;
  localparam integer START_WHILE_BUSY = 6;

  reg preparing, aborting;
  wire draining = busy && !preparing && !running;
  wire [3:0] responses = {write_error, read_error};
  wire failed = responses != 4'd0 || writer_beyond;
  wire refused = error[BAD_ADDRESS] || error[NO_WINDOWS];
  wire idle_clear = clear && !busy;

  assign load = start && !busy;
  assign clear_counters = load || idle_clear || !rst_n;

  always @(posedge clk)
    if (!rst_n) begin
      busy <= 1'b0;
      preparing <= 1'b0;
      running <= 1'b0;
      aborting <= 1'b0;
      done <= 1'b0;
      aborted <= 1'b0;
      ended <= 1'b0;
      core_rst_n <= 1'b0;
    end else begin
      ended <= 1'b0;
      core_rst_n <= running;
      if (stop && busy) aborting <= 1'b1;
      if (idle_clear || load) begin
        done <= 1'b0;
        aborted <= 1'b0;
        aborting <= 1'b0;
      end
      if (load) begin
        busy <= 1'b1;
        preparing <= 1'b1;
      end
      if (preparing && (stop || refused || (extent_valid && reader_idle && writer_idle))) begin
        preparing <= 1'b0;
        running   <= !stop && !refused && !extent_too_long;
      end
      if (running) begin
        if (stop || failed) running <= 1'b0;
        else if (writer_complete) begin
          running <= 1'b0;
          busy <= 1'b0;
          done <= 1'b1;
          ended <= 1'b1;
        end
      end
      if (draining && reader_idle && writer_idle) begin
        busy <= 1'b0;
        aborted <= aborting || stop;
        ended <= 1'b1;
      end
    end

  always @(posedge clk)
    if (!rst_n) begin
      error <= 7'd0;
      error_address <= 32'd0;
    end else if (load) begin
      error <= 7'd0;
      error[BAD_ADDRESS] <= source_low != 3'd0 || destination_low != 3'd0;
      error[NO_WINDOWS] <= windows == 32'd0;
      error_address <= 32'd0;
    end else if (idle_clear) begin
      error <= 7'd0;
      error_address <= 32'd0;
    end else begin
      error[3:0] <= error[3:0] | responses;
      if ((preparing && extent_valid && extent_too_long) || (running && writer_beyond)) error[BAD_ADDRESS] <= 1'b1;
      if (start) error[START_WHILE_BUSY] <= 1'b1;
      if (responses != 4'd0 && error[3:0] == 4'd0) error_address <= {read_error != 2'd0 ? read_beat : write_beat, 3'd0};
    end

  always @(posedge clk)
    if (load) begin
      batch_windows <= windows;
      batch_offset  <= offset;
      batch_mode <= mode;
    end
endmodule

`default_nettype wire
