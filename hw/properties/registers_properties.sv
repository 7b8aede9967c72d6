// The register map of docs/board.md, written down a second time: every read gives what the map says, every write changes what it
// says and nothing else, every transfer is answered exactly once.
//
// Assumed: the master holds a request until it is taken (AXI). What the shell reports is free. Resets come at any time.
`default_nettype none

module registers_properties #(
    parameter integer ELECTRODES = 19,
    parameter integer SAMPLES = 128,
    parameter integer CLASSES = 2
) (
    input wire clk,
    input wire rst_n,
    input wire [11:0] s_axi_awaddr,
    input wire [2:0] s_axi_awprot,
    input wire s_axi_awvalid,
    input wire [31:0] s_axi_wdata,
    input wire [3:0] s_axi_wstrb,
    input wire s_axi_wvalid,
    input wire s_axi_bready,
    input wire [11:0] s_axi_araddr,
    input wire [2:0] s_axi_arprot,
    input wire s_axi_arvalid,
    input wire s_axi_rready,
    input wire ended,
    input wire busy,
    input wire done,
    input wire aborted,
    input wire [6:0] error,
    input wire [31:0] error_address,
    input wire [31:0] windows_done,
    input wire [63:0] cycles,
    input wire [31:0] stall_input,
    input wire [31:0] stall_output,
    input wire [31:0] first_result
);
  localparam [127:0] HASH = 128'h0123456789abcdef_fedcba9876543210;

  wire s_axi_awready, s_axi_wready, s_axi_bvalid, s_axi_arready, s_axi_rvalid, raised, start, stop, clear;
  wire [1:0] s_axi_bresp, s_axi_rresp, mode;
  wire [31:0] s_axi_rdata, source, destination, windows;
  wire [15:0] offset;
  registers #(
      .BUILD_HASH(HASH),
      .ELECTRODES(ELECTRODES),
      .SAMPLES(SAMPLES),
      .CLASSES(CLASSES)
  ) dut (
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
      .interrupt(raised),
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

  reg settled;
  initial settled = 1'b0;
  always @(posedge clk) settled <= settled || !rst_n;

  // The master: what is offered and refused stays.
  reg aw_waits, w_waits, ar_waits;
  reg [11:0] aw_before, ar_before;
  reg [35:0] w_before;
  initial {aw_waits, w_waits, ar_waits} = 3'b000;
  always @(posedge clk) begin
    aw_waits <= rst_n && s_axi_awvalid && !s_axi_awready;
    w_waits  <= rst_n && s_axi_wvalid && !s_axi_wready;
    ar_waits <= rst_n && s_axi_arvalid && !s_axi_arready;
    {aw_before, w_before, ar_before} <= {s_axi_awaddr, s_axi_wdata, s_axi_wstrb, s_axi_araddr};
    assume (settled || !rst_n);
    if (aw_waits) assume (s_axi_awvalid && s_axi_awaddr == aw_before);
    if (w_waits) assume (s_axi_wvalid && {s_axi_wdata, s_axi_wstrb} == w_before);
    if (ar_waits) assume (s_axi_arvalid && s_axi_araddr == ar_before);
  end

  stream_properties #(
      .WIDTH(2)
  ) u_write_response (
      .clk(clk),
      .rst_n(rst_n),
      .settled(settled),
      .data(s_axi_bresp),
      .valid(s_axi_bvalid),
      .ready(s_axi_bready)
  );
  stream_properties #(
      .WIDTH(34)
  ) u_read_response (
      .clk(clk),
      .rst_n(rst_n),
      .settled(settled),
      .data({s_axi_rdata, s_axi_rresp}),
      .valid(s_axi_rvalid),
      .ready(s_axi_rready)
  );

  wire write = s_axi_awvalid && s_axi_awready;
  wire read = s_axi_arvalid && s_axi_arready;
  wire [11:0] write_at = {s_axi_awaddr[11:2], 2'b00};
  wire [11:0] read_at = {s_axi_araddr[11:2], 2'b00};
  wire [31:0] kept = {{8{!s_axi_wstrb[3]}}, {8{!s_axi_wstrb[2]}}, {8{!s_axi_wstrb[1]}}, {8{!s_axi_wstrb[0]}}};

  // What the map has to remember.
  reg [31:0] map_source, map_destination, map_windows, map_offset, map_mode, map_enable, map_high;
  reg map_pending, was_pending, was_enabled;
  reg [2:0] commands;
  wire [2:0] asked = write && write_at == 12'h020 && s_axi_wstrb[0] ? s_axi_wdata[2:0] : 3'b000;
  wire acknowledged = write && write_at == 12'h034 && s_axi_wstrb[0] && s_axi_wdata[0];

  always @(posedge clk)
    if (!rst_n) begin
      {map_source, map_destination, map_windows, map_offset, map_mode, map_enable, map_high} <= 224'd0;
      {map_pending, was_pending, was_enabled} <= 3'b000;
      commands <= 3'b000;
    end else begin
      if (write && write_at == 12'h038) map_source <= map_source & kept | s_axi_wdata & ~kept;
      if (write && write_at == 12'h03c) map_destination <= map_destination & kept | s_axi_wdata & ~kept;
      if (write && write_at == 12'h040) map_windows <= map_windows & kept | s_axi_wdata & ~kept;
      if (write && write_at == 12'h05c) map_offset <= (map_offset & kept | s_axi_wdata & ~kept) & 32'hffff;
      if (write && write_at == 12'h060) map_mode <= (map_mode & kept | s_axi_wdata & ~kept) & 32'h3;
      if (write && write_at == 12'h030) map_enable <= (map_enable & kept | s_axi_wdata & ~kept) & 32'h1;
      if (read && read_at == 12'h048) map_high <= cycles[63:32];
      // An end that comes with the acknowledgement of the last one is not lost.
      if (ended) map_pending <= 1'b1;
      else if (acknowledged || asked[2]) map_pending <= 1'b0;
      was_pending <= map_pending;
      was_enabled <= map_enable[0];
      commands <= asked;
    end

  reg [31:0] value;
  always @*
    case (read_at)
      12'h000: value = 32'h45324647;
      12'h004: value = 32'h00010002;
      12'h008: value = HASH[31:0];
      12'h00c: value = HASH[63:32];
      12'h010: value = HASH[95:64];
      12'h014: value = HASH[127:96];
      12'h018: value = SAMPLES * 65536 + ELECTRODES;
      12'h024: value = {28'd0, aborted, error != 7'd0, done, busy};
      12'h028: value = {25'd0, error};
      12'h02c: value = error_address;
      12'h030: value = map_enable;
      12'h034: value = {31'd0, map_pending};
      12'h038: value = map_source;
      12'h03c: value = map_destination;
      12'h040: value = map_windows;
      12'h044: value = windows_done;
      12'h048: value = cycles[31:0];
      12'h04c: value = map_high;
      12'h050: value = stall_input;
      12'h054: value = stall_output;
      12'h058: value = first_result;
      12'h05c: value = {{16{map_offset[15]}}, map_offset[15:0]};
      12'h060: value = map_mode;
      12'h064: value = CLASSES;
      default: value = 32'd0;
    endcase

  // Responses that are owed, and cycles in which a request waits though none is.
  reg owed_b, owed_r, write_waited, read_waited;
  reg [31:0] expected;
  always @(posedge clk)
    if (!rst_n) {owed_b, owed_r, write_waited, read_waited} <= 4'b0000;
    else begin
      owed_b <= write || (owed_b && !s_axi_bready);
      owed_r <= read || (owed_r && !s_axi_rready);
      write_waited <= s_axi_awvalid && s_axi_wvalid && !s_axi_awready && !owed_b;
      read_waited <= s_axi_arvalid && !s_axi_arready && !owed_r;
      if (read) expected <= value;
    end

  wire unused = &{1'b0, s_axi_awaddr[1:0], s_axi_araddr[1:0]};

  always @(posedge clk)
    if (settled) begin
      address_and_data_are_taken_together : assert (s_axi_awready == s_axi_wready && (!s_axi_awready || s_axi_wvalid && s_axi_awvalid));
      one_response_a_write : assert (s_axi_bvalid == owed_b && s_axi_bresp == 2'b00 && !(write && owed_b));
      one_response_a_read : assert (s_axi_rvalid == owed_r && s_axi_rresp == 2'b00 && !(read && owed_r));
      if (write_waited) write_is_taken_in_two_cycles : assert (s_axi_awready);
      if (read_waited) read_is_taken_in_two_cycles : assert (s_axi_arready);
      if (owed_r) reads_as_the_map_says : assert (s_axi_rdata == expected);
      settings_are_what_was_written : assert ({source, destination, windows} == {map_source, map_destination, map_windows});
      offset_and_mode_are_what_was_written : assert (offset == map_offset[15:0] && mode == map_mode[1:0]);
      commands_are_pulses : assert ({clear, stop, start} == commands);
      interrupt_is_pending_and_enabled : assert (raised == (was_pending && was_enabled));
      assert (dut.pending == map_pending && dut.enabled == map_enable[0] && dut.cycles_high == map_high);
      assert (map_enable[31:1] == 31'd0 && map_mode[31:2] == 30'd0 && map_offset[31:16] == 16'd0);
      assert (dut.accept_write ? s_axi_awvalid && s_axi_wvalid && !owed_b : 1'b1);
      assert (dut.accept_read ? s_axi_arvalid && !owed_r : 1'b1);
      written_and_read : cover (owed_r && expected == 32'h12345678 && map_source == 32'h12345678);
      both_at_once : cover (write && read && map_pending);
    end
endmodule

`default_nettype wire
