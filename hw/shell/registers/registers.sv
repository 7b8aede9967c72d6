// AXI4-Lite slave with the register map of docs/board.md.
//
// A write is taken when address and data are both there, whichever comes first; one transfer of each kind at a time, every
// response OKAY. START, ABORT and CLEAR leave as pulses of a cycle. The low two bits of an address count as 0.
`default_nettype none

module registers #(
    parameter [127:0] BUILD_HASH = 128'd0,
    parameter integer ELECTRODES = 1,
    parameter integer SAMPLES = 1,
    parameter integer CLASSES = 2
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
    output reg s_axi_bvalid,
    input wire s_axi_bready,
    input wire [11:0] s_axi_araddr,
    input wire [2:0] s_axi_arprot,
    input wire s_axi_arvalid,
    output wire s_axi_arready,
    output reg [31:0] s_axi_rdata,
    output wire [1:0] s_axi_rresp,
    output reg s_axi_rvalid,
    input wire s_axi_rready,
    // verilator lint_off SYMRSVDWORD
    output reg interrupt,
    // verilator lint_on SYMRSVDWORD

    // What the host asked for.
    output reg start,
    output reg stop,
    output reg clear,
    output reg [31:0] source,
    output reg [31:0] destination,
    output reg [31:0] windows,
    output reg [15:0] offset,
    output reg [1:0] mode,

    // What it can read. `ended`: a pulse that sets INTERRUPT.
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
  localparam [31:0] IDENTITY_VALUE = 32'h45324647;
  localparam [31:0] VERSION_VALUE = 32'h00010002;
  localparam [31:0] GEOMETRY_VALUE = {SAMPLES[15:0], ELECTRODES[15:0]};

  // Word addresses.
  localparam [9:0] IDENTITY = 10'h000;
  localparam [9:0] VERSION = 10'h001;
  localparam [9:0] HASH0 = 10'h002;
  localparam [9:0] HASH1 = 10'h003;
  localparam [9:0] HASH2 = 10'h004;
  localparam [9:0] HASH3 = 10'h005;
  localparam [9:0] GEOMETRY = 10'h006;
  localparam [9:0] CONTROL = 10'h008;
  localparam [9:0] STATUS = 10'h009;
  localparam [9:0] ERROR = 10'h00a;
  localparam [9:0] ERROR_ADDRESS = 10'h00b;
  localparam [9:0] INTERRUPT_ENABLE = 10'h00c;
  localparam [9:0] INTERRUPT = 10'h00d;
  localparam [9:0] SOURCE = 10'h00e;
  localparam [9:0] DESTINATION = 10'h00f;
  localparam [9:0] WINDOWS = 10'h010;
  localparam [9:0] WINDOWS_DONE = 10'h011;
  localparam [9:0] CYCLES = 10'h012;
  localparam [9:0] CYCLES_HIGH = 10'h013;
  localparam [9:0] STALL_INPUT = 10'h014;
  localparam [9:0] STALL_OUTPUT = 10'h015;
  localparam [9:0] FIRST_RESULT = 10'h016;
  localparam [9:0] OFFSET = 10'h017;
  localparam [9:0] MODE = 10'h018;
  localparam [9:0] CLASSES_OUT = 10'h019;

  generate
    if (ELECTRODES < 1 || ELECTRODES > 65535 || SAMPLES < 1 || SAMPLES > 65535) begin : g_illegal_geometry
      ILLEGAL_geometry_does_not_fit_16_bits_in_registers u ();
    end
  endgenerate

  wire unused = &{1'b0, s_axi_awprot, s_axi_arprot, s_axi_awaddr[1:0], s_axi_araddr[1:0]};

  // Writes: ready for the one cycle after both were seen.
  reg accept_write;
  wire [9:0] place = s_axi_awaddr[11:2];
  reg enabled, pending;

  assign s_axi_awready = accept_write;
  assign s_axi_wready = accept_write;
  assign s_axi_bresp = 2'b00;

  always @(posedge clk)
    if (!rst_n) begin
      accept_write <= 1'b0;
      s_axi_bvalid <= 1'b0;
    end else begin
      accept_write <= s_axi_awvalid && s_axi_wvalid && !accept_write && !s_axi_bvalid;
      s_axi_bvalid <= accept_write || (s_axi_bvalid && !s_axi_bready);
    end

  wire [2:0] commands = accept_write && place == CONTROL && s_axi_wstrb[0] ? s_axi_wdata[2:0] : 3'b000;
  wire acknowledge = accept_write && place == INTERRUPT && s_axi_wstrb[0] && s_axi_wdata[0];

  always @(posedge clk)
    if (!rst_n) begin
      {clear, stop, start} <= 3'b000;
      enabled <= 1'b0;
      pending <= 1'b0;
      interrupt <= 1'b0;
    end else begin
      {clear, stop, start} <= commands;
      if (accept_write && place == INTERRUPT_ENABLE && s_axi_wstrb[0]) enabled <= s_axi_wdata[0];
      pending   <= ended || (pending && !acknowledge && !commands[2]);
      interrupt <= pending && enabled;
    end

  function automatic [31:0] merge(input reg [31:0] old, input reg [31:0] data, input reg [3:0] strobes);
    integer i;
    for (i = 0; i < 4; i = i + 1) merge[8*i+:8] = strobes[i] ? data[8*i+:8] : old[8*i+:8];
  endfunction

  always @(posedge clk)
    if (!rst_n) begin
      source <= 32'd0;
      destination <= 32'd0;
      windows <= 32'd0;
      offset <= 16'd0;
      mode <= 2'd0;
    end else if (accept_write) begin
      if (place == SOURCE) source <= merge(source, s_axi_wdata, s_axi_wstrb);
      if (place == DESTINATION) destination <= merge(destination, s_axi_wdata, s_axi_wstrb);
      if (place == WINDOWS) windows <= merge(windows, s_axi_wdata, s_axi_wstrb);
      if (place == OFFSET && s_axi_wstrb[0]) offset[7:0] <= s_axi_wdata[7:0];
      if (place == OFFSET && s_axi_wstrb[1]) offset[15:8] <= s_axi_wdata[15:8];
      if (place == MODE && s_axi_wstrb[0]) mode <= s_axi_wdata[1:0];
    end

  // Reads.
  reg accept_read;
  reg [31:0] cycles_high;

  assign s_axi_arready = accept_read;
  assign s_axi_rresp = 2'b00;

  always @(posedge clk)
    if (!rst_n) begin
      accept_read  <= 1'b0;
      s_axi_rvalid <= 1'b0;
    end else begin
      accept_read  <= s_axi_arvalid && !accept_read && !s_axi_rvalid;
      s_axi_rvalid <= accept_read || (s_axi_rvalid && !s_axi_rready);
    end

  always @(posedge clk)
    if (!rst_n) cycles_high <= 32'd0;
    else if (accept_read && s_axi_araddr[11:2] == CYCLES) cycles_high <= cycles[63:32];

  always @(posedge clk)
    if (accept_read)
      case (s_axi_araddr[11:2])
        IDENTITY: s_axi_rdata <= IDENTITY_VALUE;
        VERSION: s_axi_rdata <= VERSION_VALUE;
        HASH0: s_axi_rdata <= BUILD_HASH[31:0];
        HASH1: s_axi_rdata <= BUILD_HASH[63:32];
        HASH2: s_axi_rdata <= BUILD_HASH[95:64];
        HASH3: s_axi_rdata <= BUILD_HASH[127:96];
        GEOMETRY: s_axi_rdata <= GEOMETRY_VALUE;
        STATUS: s_axi_rdata <= {28'd0, aborted, error != 7'd0, done, busy};
        ERROR: s_axi_rdata <= {25'd0, error};
        ERROR_ADDRESS: s_axi_rdata <= error_address;
        INTERRUPT_ENABLE: s_axi_rdata <= {31'd0, enabled};
        INTERRUPT: s_axi_rdata <= {31'd0, pending};
        SOURCE: s_axi_rdata <= source;
        DESTINATION: s_axi_rdata <= destination;
        WINDOWS: s_axi_rdata <= windows;
        WINDOWS_DONE: s_axi_rdata <= windows_done;
        CYCLES: s_axi_rdata <= cycles[31:0];
        CYCLES_HIGH: s_axi_rdata <= cycles_high;
        STALL_INPUT: s_axi_rdata <= stall_input;
        STALL_OUTPUT: s_axi_rdata <= stall_output;
        FIRST_RESULT: s_axi_rdata <= first_result;
        OFFSET: s_axi_rdata <= {{16{offset[15]}}, offset};
        MODE: s_axi_rdata <= {30'd0, mode};
        CLASSES_OUT: s_axi_rdata <= CLASSES;
        default: s_axi_rdata <= 32'd0;
      endcase
endmodule

`default_nettype wire
