// The shell of docs/board.md around the generated eeg2fpga_accelerator: registers, DMA, byte gearboxes, batch control.
//
// s_axi: AXI4-Lite, the registers. m_axi: windows in, results out; 64 bits, bursts of at most 16 beats, legal as AXI3 and AXI4.
`default_nettype none

// Yosys looks at the defaults before it sets a parameter: they are legal.
module eeg2fpga_shell #(
    parameter [127:0] BUILD_HASH = 128'd0,
    parameter integer ELECTRODES = 1,
    parameter integer SAMPLES = 8,
    parameter integer LANES = 1,
    parameter integer CLASSES = 2,
    parameter integer SCORE_LANES = 1,
    parameter integer SCORE_BITS = 12
) (
    input wire clk,
    input wire rst_n,

    input wire [11:0] s_axi_awaddr,
    input wire [2:0] s_axi_awprot,
    input wire s_axi_awvalid,
    output wire s_axi_awready,
    input wire [31:0] s_axi_wdata,
    input wire [3:0] s_axi_wstrb,
    input wire s_axi_wvalid,
    output wire s_axi_wready,
    output wire [1:0] s_axi_bresp,
    output wire s_axi_bvalid,
    input wire s_axi_bready,
    input wire [11:0] s_axi_araddr,
    input wire [2:0] s_axi_arprot,
    input wire s_axi_arvalid,
    output wire s_axi_arready,
    output wire [31:0] s_axi_rdata,
    output wire [1:0] s_axi_rresp,
    output wire s_axi_rvalid,
    input wire s_axi_rready,

    output wire m_axi_awid,
    output wire [31:0] m_axi_awaddr,
    output wire [7:0] m_axi_awlen,
    output wire [2:0] m_axi_awsize,
    output wire [1:0] m_axi_awburst,
    output wire [3:0] m_axi_awcache,
    output wire [2:0] m_axi_awprot,
    output wire m_axi_awvalid,
    input wire m_axi_awready,
    output wire [63:0] m_axi_wdata,
    output wire [7:0] m_axi_wstrb,
    output wire m_axi_wlast,
    output wire m_axi_wvalid,
    input wire m_axi_wready,
    input wire m_axi_bid,
    input wire [1:0] m_axi_bresp,
    input wire m_axi_bvalid,
    output wire m_axi_bready,
    output wire m_axi_arid,
    output wire [31:0] m_axi_araddr,
    output wire [7:0] m_axi_arlen,
    output wire [2:0] m_axi_arsize,
    output wire [1:0] m_axi_arburst,
    output wire [3:0] m_axi_arcache,
    output wire [2:0] m_axi_arprot,
    output wire m_axi_arvalid,
    input wire m_axi_arready,
    input wire m_axi_rid,
    input wire [63:0] m_axi_rdata,
    input wire [1:0] m_axi_rresp,
    input wire m_axi_rlast,
    input wire m_axi_rvalid,
    output wire m_axi_rready,

    // verilator lint_off SYMRSVDWORD
    output wire interrupt
    // verilator lint_on SYMRSVDWORD
);
  generate
    if (LANES < 1 || ELECTRODES % LANES != 0) begin : g_illegal_lanes
      ILLEGAL_LANES_does_not_divide_ELECTRODES_in_eeg2fpga_shell u ();
    end
    // What is left of the last beat would be another window.
    if (ELECTRODES * SAMPLES < 8) begin : g_illegal_window
      ILLEGAL_window_below_eight_bytes_in_eeg2fpga_shell u ();
    end
    // The value that the driver puts where results will be is none.
    if (CLASSES < 1 || CLASSES > 255) begin : g_illegal_classes
      ILLEGAL_CLASSES_not_1_to_255_in_eeg2fpga_shell u ();
    end
  endgenerate

  wire start, stop, clear, load, clear_counters, running, core_rst_n;
  wire busy, done, aborted, ended;
  wire [6:0] error;
  wire [31:0] source, destination, windows, batch_windows;
  wire [15:0] offset, batch_offset;
  wire [1:0] mode, batch_mode;
  wire [31:0] error_address, windows_done, stall_input, stall_output, first_result;
  wire [63:0] cycles;

  wire extent_valid, extent_too_long;
  wire [28:0] last_beat;
  wire reader_idle, reader_exhausted, writer_idle, writer_complete, writer_beyond;
  wire [1:0] read_error, write_error;
  wire [28:0] read_error_beat, write_error_beat;

  wire [63:0] beat_tdata, packed_tdata;
  wire beat_tvalid, beat_tready, packed_tvalid, packed_tready, packed_tlast;
  wire [7:0] packed_tstrb;
  wire [8*LANES-1:0] word_tdata;
  wire word_tvalid, word_tready;
  wire [8*LANES-1:0] window_tdata;
  wire window_tvalid, window_tready;
  wire [7:0] class_tdata;
  wire class_tvalid, class_tready;
  wire [(SCORE_LANES*SCORE_BITS+7)/8*8-1:0] score_tdata;
  wire score_tvalid, score_tready;
  wire [63:0] pair_tdata;
  wire pair_tvalid, pair_tready, pair_tlast;

  // A batch's results: classes, scores, or what is read.
  wire scores = batch_mode == 2'd1;
  wire loopback = batch_mode[1];
  wire unpacked_tready, loop_tready;
  wire loop_tvalid = beat_tvalid && loopback;
  wire result = (class_tvalid && class_tready) || (pair_tvalid && pair_tready && pair_tlast) || (loop_tvalid && loop_tready);
  assign beat_tready = loopback ? loop_tready : unpacked_tready;

  // Normal memory, not cached, bufferable; secure, as Linux on the Zynq runs its DMA.
  assign m_axi_awcache = 4'b0011;
  assign m_axi_arcache = 4'b0011;
  assign m_axi_awprot  = 3'b000;
  assign m_axi_arprot  = 3'b000;

  registers #(
      .BUILD_HASH(BUILD_HASH),
      .ELECTRODES(ELECTRODES),
      .SAMPLES(SAMPLES),
      .CLASSES(CLASSES)
  ) u_registers (
      .clk(clk),
      .rst_n(rst_n),
      .s_axi_awaddr(s_axi_awaddr),
      .s_axi_awprot(s_axi_awprot),
      .s_axi_awvalid(s_axi_awvalid),
      .s_axi_awready(s_axi_awready),
      .s_axi_wdata(s_axi_wdata),
      .s_axi_wstrb(s_axi_wstrb),
      .s_axi_wvalid(s_axi_wvalid),
      .s_axi_wready(s_axi_wready),
      .s_axi_bresp(s_axi_bresp),
      .s_axi_bvalid(s_axi_bvalid),
      .s_axi_bready(s_axi_bready),
      .s_axi_araddr(s_axi_araddr),
      .s_axi_arprot(s_axi_arprot),
      .s_axi_arvalid(s_axi_arvalid),
      .s_axi_arready(s_axi_arready),
      .s_axi_rdata(s_axi_rdata),
      .s_axi_rresp(s_axi_rresp),
      .s_axi_rvalid(s_axi_rvalid),
      .s_axi_rready(s_axi_rready),
      .interrupt(interrupt),
      .start(start),
      .stop(stop),
      .clear(clear),
      .source(source),
      .destination(destination),
      .windows(windows),
      .offset(offset),
      .mode(mode),
      .ended(ended),
      .busy(busy),
      .done(done),
      .aborted(aborted),
      .error(error),
      .error_address(error_address),
      .windows_done(windows_done),
      .cycles(cycles),
      .stall_input(stall_input),
      .stall_output(stall_output),
      .first_result(first_result)
  );

  batch_control u_control (
      .clk(clk),
      .rst_n(rst_n),
      .start(start),
      .stop(stop),
      .clear(clear),
      .source_low(source[2:0]),
      .destination_low(destination[2:0]),
      .windows(windows),
      .offset(offset),
      .mode(mode),
      .load(load),
      .clear_counters(clear_counters),
      .running(running),
      .core_rst_n(core_rst_n),
      .batch_windows(batch_windows),
      .batch_offset(batch_offset),
      .batch_mode(batch_mode),
      .extent_valid(extent_valid),
      .extent_too_long(extent_too_long),
      .reader_idle(reader_idle),
      .writer_idle(writer_idle),
      .writer_complete(writer_complete),
      .writer_beyond(writer_beyond),
      .read_error(read_error),
      .write_error(write_error),
      .read_beat(read_error_beat),
      .write_beat(write_error_beat),
      .busy(busy),
      .done(done),
      .aborted(aborted),
      .ended(ended),
      .error(error),
      .error_address(error_address)
  );

  // The reader's address is the batch's source until its first burst.
  batch_extent #(
      .WINDOW_BYTES(ELECTRODES * SAMPLES)
  ) u_extent (
      .clk(clk),
      .rst_n(rst_n),
      .load(load),
      .beats(loopback),
      .windows(batch_windows),
      .source(m_axi_araddr),
      .valid(extent_valid),
      .too_long(extent_too_long),
      .last_beat(last_beat)
  );

  batch_counters u_counters (
      .clk(clk),
      .clear(clear_counters),
      .busy(busy),
      .input_stalled(core_rst_n && !loopback && window_tready && !window_tvalid && !reader_exhausted),
      .output_stalled(core_rst_n && ((class_tvalid && !class_tready) || (pair_tvalid && !pair_tready))),
      .result(core_rst_n && result),
      .cycles(cycles),
      .stall_input(stall_input),
      .stall_output(stall_output),
      .first_result(first_result)
  );

  axi_reader u_reader (
      .clk(clk),
      .rst_n(rst_n),
      .core_rst_n(core_rst_n),
      .load(load),
      .source(source[31:3]),
      .last_beat(last_beat),
      .enable(running),
      .idle(reader_idle),
      .exhausted(reader_exhausted),
      .error(read_error),
      .error_beat(read_error_beat),
      .m_axi_arid(m_axi_arid),
      .m_axi_araddr(m_axi_araddr),
      .m_axi_arlen(m_axi_arlen),
      .m_axi_arsize(m_axi_arsize),
      .m_axi_arburst(m_axi_arburst),
      .m_axi_arvalid(m_axi_arvalid),
      .m_axi_arready(m_axi_arready),
      .m_axi_rid(m_axi_rid),
      .m_axi_rdata(m_axi_rdata),
      .m_axi_rresp(m_axi_rresp),
      .m_axi_rlast(m_axi_rlast),
      .m_axi_rvalid(m_axi_rvalid),
      .m_axi_rready(m_axi_rready),
      .m_axis_tdata(beat_tdata),
      .m_axis_tvalid(beat_tvalid),
      .m_axis_tready(beat_tready)
  );

  byte_unpacker #(
      .LANES(LANES)
  ) u_unpacker (
      .clk(clk),
      .rst_n(core_rst_n),
      .s_axis_tdata(beat_tdata),
      .s_axis_tvalid(beat_tvalid && !loopback),
      .s_axis_tready(unpacked_tready),
      .m_axis_tdata(word_tdata),
      .m_axis_tvalid(word_tvalid),
      .m_axis_tready(word_tready)
  );

  // Words wider than the port are what the port holds up, and such an accelerator pauses between windows: meanwhile words gather.
  generate
    if (LANES > 8) begin : g_wide
      fifo #(
          .WIDTH(8 * LANES),
          .DEPTH(17)
      ) u_words (
          .clk(clk),
          .rst_n(core_rst_n),
          .s_axis_tdata(word_tdata),
          .s_axis_tvalid(word_tvalid),
          .s_axis_tready(word_tready),
          .m_axis_tdata(window_tdata),
          .m_axis_tvalid(window_tvalid),
          .m_axis_tready(window_tready)
      );
    end else begin : g_narrow
      assign window_tdata  = word_tdata;
      assign window_tvalid = word_tvalid;
      assign word_tready   = window_tready;
    end
  endgenerate

  // Its words of scores go to the argmax inside, or come out.
  eeg2fpga_accelerator u_accelerator (
      .clk(clk),
      .rst_n(core_rst_n),
      .offset(batch_offset),
      .scores(scores),
      .s_axis_tdata(window_tdata),
      .s_axis_tvalid(window_tvalid),
      .s_axis_tready(window_tready),
      .scores_axis_tdata(score_tdata),
      .scores_axis_tvalid(score_tvalid),
      .scores_axis_tready(score_tready),
      .m_axis_tdata(class_tdata),
      .m_axis_tvalid(class_tvalid),
      .m_axis_tready(class_tready)
  );

  score_packer #(
      .CLASSES(CLASSES),
      .LANES(SCORE_LANES),
      .BITS(SCORE_BITS)
  ) u_scores (
      .clk(clk),
      .rst_n(core_rst_n),
      .s_axis_tdata(score_tdata),
      .s_axis_tvalid(score_tvalid),
      .s_axis_tready(score_tready),
      .m_axis_tdata(pair_tdata),
      .m_axis_tlast(pair_tlast),
      .m_axis_tvalid(pair_tvalid),
      .m_axis_tready(pair_tready)
  );

  result_packer u_packer (
      .clk(clk),
      .rst_n(core_rst_n),
      .clear(clear_counters),
      .pairs(scores),
      .loopback(loopback),
      .results(batch_windows),
      .taken(windows_done),
      .byte_axis_tdata(class_tdata),
      .byte_axis_tvalid(class_tvalid),
      .byte_axis_tready(class_tready),
      .pair_axis_tdata(pair_tdata),
      .pair_axis_tlast(pair_tlast),
      .pair_axis_tvalid(pair_tvalid),
      .pair_axis_tready(pair_tready),
      .loop_axis_tdata(beat_tdata),
      .loop_axis_tvalid(loop_tvalid),
      .loop_axis_tready(loop_tready),
      .m_axis_tdata(packed_tdata),
      .m_axis_tstrb(packed_tstrb),
      .m_axis_tlast(packed_tlast),
      .m_axis_tvalid(packed_tvalid),
      .m_axis_tready(packed_tready)
  );

  axi_writer u_writer (
      .clk(clk),
      .rst_n(rst_n),
      .load(load),
      .destination(destination[31:3]),
      .enable(running),
      .idle(writer_idle),
      .complete(writer_complete),
      .beyond(writer_beyond),
      .error(write_error),
      .error_beat(write_error_beat),
      .s_axis_tdata(packed_tdata),
      .s_axis_tstrb(packed_tstrb),
      .s_axis_tlast(packed_tlast),
      .s_axis_tvalid(packed_tvalid),
      .s_axis_tready(packed_tready),
      .m_axi_awid(m_axi_awid),
      .m_axi_awaddr(m_axi_awaddr),
      .m_axi_awlen(m_axi_awlen),
      .m_axi_awsize(m_axi_awsize),
      .m_axi_awburst(m_axi_awburst),
      .m_axi_awvalid(m_axi_awvalid),
      .m_axi_awready(m_axi_awready),
      .m_axi_wdata(m_axi_wdata),
      .m_axi_wstrb(m_axi_wstrb),
      .m_axi_wlast(m_axi_wlast),
      .m_axi_wvalid(m_axi_wvalid),
      .m_axi_wready(m_axi_wready),
      .m_axi_bid(m_axi_bid),
      .m_axi_bresp(m_axi_bresp),
      .m_axi_bvalid(m_axi_bvalid),
      .m_axi_bready(m_axi_bready)
  );
endmodule

`default_nettype wire
