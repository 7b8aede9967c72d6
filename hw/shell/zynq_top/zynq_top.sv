// The accelerator's shell in a Zynq-7000: PS7 instantiated directly, one clock (FCLK0), registers behind M_AXI_GP0, memory behind
// S_AXI_HP0, interrupt IRQ_F2P[0]. The led blinks as long as FCLK0 runs (0.75 Hz at 100 MHz).
//
// PS7's other ports are left open: the boot image has set the processor up, and place and route ties what is not connected. With
// EEG2FPGA_PROCESSOR_IP defined the processor is a block design of Vivado's IP, which brings its own pins out (hw/vivado).
`default_nettype none

module zynq_top #(
    parameter [31:0] BASE = 32'h43C00000,
    parameter [127:0] BUILD_HASH = 128'd0,
    parameter integer ELECTRODES = 1,
    parameter integer SAMPLES = 8,
    parameter integer LANES = 1,
    parameter integer CLASSES = 2,
    parameter integer SCORE_LANES = 1,
    parameter integer SCORE_BITS = 12
) (
`ifdef EEG2FPGA_PROCESSOR_IP
    inout wire [14:0] DDR_addr,
    inout wire [2:0] DDR_ba,
    inout wire DDR_cas_n,
    inout wire DDR_ck_n,
    inout wire DDR_ck_p,
    inout wire DDR_cke,
    inout wire DDR_cs_n,
    inout wire [3:0] DDR_dm,
    inout wire [31:0] DDR_dq,
    inout wire [3:0] DDR_dqs_n,
    inout wire [3:0] DDR_dqs_p,
    inout wire DDR_odt,
    inout wire DDR_ras_n,
    inout wire DDR_reset_n,
    inout wire DDR_we_n,
    inout wire FIXED_IO_ddr_vrn,
    inout wire FIXED_IO_ddr_vrp,
    inout wire [53:0] FIXED_IO_mio,
    inout wire FIXED_IO_ps_clk,
    inout wire FIXED_IO_ps_porb,
    inout wire FIXED_IO_ps_srstb,
`endif
    output wire led
);
  wire [3:0] fclk, fclk_resetn;
  wire clk;
`ifdef EEG2FPGA_PROCESSOR_IP
  // The IP has the buffer.
  assign clk = fclk[0];
`else
  BUFG clock_buffer (
      .I(fclk[0]),
      .O(clk)
  );
`endif

  // Reset holds at once, also from configuration on, and ends with the clock. FDCE: no shift register takes their place.
  (* ASYNC_REG = "TRUE" *)reg [3:0] released;
  wire rst_n = released[3];
  initial released = 4'd0;
  always @(posedge clk or negedge fclk_resetn[0])
    if (!fclk_resetn[0]) released <= 4'd0;
    else released <= {released[2:0], 1'b1};

  reg [26:0] beat;
  initial beat = 27'd0;
  assign led = beat[26];
  always @(posedge clk) beat <= beat + 27'd1;

  wire [11:0] gp_awid, gp_arid, gp_bid, gp_rid;
  wire [31:0] gp_awaddr, gp_araddr, gp_wdata, gp_rdata;
  wire [3:0] gp_awlen, gp_arlen, gp_wstrb;
  wire [1:0] gp_awsize, gp_arsize, gp_awburst, gp_arburst, gp_bresp, gp_rresp;
  wire [2:0] gp_awprot, gp_arprot;
  wire gp_awvalid, gp_awready, gp_wvalid, gp_wready, gp_bvalid, gp_bready;
  wire gp_arvalid, gp_arready, gp_rvalid, gp_rready, gp_rlast;

  wire [11:0] lite_awaddr, lite_araddr;
  wire [31:0] lite_wdata, lite_rdata;
  wire [3:0] lite_wstrb;
  wire [2:0] lite_awprot, lite_arprot;
  wire [1:0] lite_bresp, lite_rresp;
  wire lite_awvalid, lite_awready, lite_wvalid, lite_wready, lite_bvalid, lite_bready;
  wire lite_arvalid, lite_arready, lite_rvalid, lite_rready;

  axi3_lite #(
      .BASE(BASE)
  ) bridge (
      .clk(clk),
      .rst_n(rst_n),
      .s_axi_awid(gp_awid),
      .s_axi_awaddr(gp_awaddr),
      .s_axi_awlen(gp_awlen),
      .s_axi_awsize(gp_awsize),
      .s_axi_awburst(gp_awburst),
      .s_axi_awprot(gp_awprot),
      .s_axi_awvalid(gp_awvalid),
      .s_axi_awready(gp_awready),
      .s_axi_wdata(gp_wdata),
      .s_axi_wstrb(gp_wstrb),
      .s_axi_wvalid(gp_wvalid),
      .s_axi_wready(gp_wready),
      .s_axi_bid(gp_bid),
      .s_axi_bresp(gp_bresp),
      .s_axi_bvalid(gp_bvalid),
      .s_axi_bready(gp_bready),
      .s_axi_arid(gp_arid),
      .s_axi_araddr(gp_araddr),
      .s_axi_arlen(gp_arlen),
      .s_axi_arsize(gp_arsize),
      .s_axi_arburst(gp_arburst),
      .s_axi_arprot(gp_arprot),
      .s_axi_arvalid(gp_arvalid),
      .s_axi_arready(gp_arready),
      .s_axi_rid(gp_rid),
      .s_axi_rdata(gp_rdata),
      .s_axi_rresp(gp_rresp),
      .s_axi_rlast(gp_rlast),
      .s_axi_rvalid(gp_rvalid),
      .s_axi_rready(gp_rready),
      .m_axi_awaddr(lite_awaddr),
      .m_axi_awprot(lite_awprot),
      .m_axi_awvalid(lite_awvalid),
      .m_axi_awready(lite_awready),
      .m_axi_wdata(lite_wdata),
      .m_axi_wstrb(lite_wstrb),
      .m_axi_wvalid(lite_wvalid),
      .m_axi_wready(lite_wready),
      .m_axi_bresp(lite_bresp),
      .m_axi_bvalid(lite_bvalid),
      .m_axi_bready(lite_bready),
      .m_axi_araddr(lite_araddr),
      .m_axi_arprot(lite_arprot),
      .m_axi_arvalid(lite_arvalid),
      .m_axi_arready(lite_arready),
      .m_axi_rdata(lite_rdata),
      .m_axi_rresp(lite_rresp),
      .m_axi_rvalid(lite_rvalid),
      .m_axi_rready(lite_rready)
  );

  wire hp_awid, hp_arid;
  wire [31:0] hp_awaddr, hp_araddr;
  wire [7:0] hp_awlen, hp_arlen, hp_wstrb;
  wire [2:0] hp_awsize, hp_arsize, hp_awprot, hp_arprot;
  wire [1:0] hp_awburst, hp_arburst, hp_bresp, hp_rresp;
  wire [3:0] hp_awcache, hp_arcache;
  wire [63:0] hp_wdata, hp_rdata;
  wire [5:0] hp_bid, hp_rid;
  wire hp_awvalid, hp_awready, hp_wvalid, hp_wready, hp_wlast, hp_bvalid, hp_bready;
  wire hp_arvalid, hp_arready, hp_rvalid, hp_rready, hp_rlast;
  wire interrupt;
  // AXI3 has four bits of length and two of size; the shell's bursts have at most 16 beats of 8 bytes, and one ID.
  wire unused = &{
    1'b0, fclk[3:1], fclk_resetn[3:1], hp_awlen[7:4], hp_arlen[7:4], hp_awsize[2], hp_arsize[2], hp_bid[5:1], hp_rid[5:1]
  };

  eeg2fpga_shell #(
      .BUILD_HASH(BUILD_HASH),
      .ELECTRODES(ELECTRODES),
      .SAMPLES(SAMPLES),
      .LANES(LANES),
      .CLASSES(CLASSES),
      .SCORE_LANES(SCORE_LANES),
      .SCORE_BITS(SCORE_BITS)
  ) shell (
      .clk(clk),
      .rst_n(rst_n),
      .s_axi_awaddr(lite_awaddr),
      .s_axi_awprot(lite_awprot),
      .s_axi_awvalid(lite_awvalid),
      .s_axi_awready(lite_awready),
      .s_axi_wdata(lite_wdata),
      .s_axi_wstrb(lite_wstrb),
      .s_axi_wvalid(lite_wvalid),
      .s_axi_wready(lite_wready),
      .s_axi_bresp(lite_bresp),
      .s_axi_bvalid(lite_bvalid),
      .s_axi_bready(lite_bready),
      .s_axi_araddr(lite_araddr),
      .s_axi_arprot(lite_arprot),
      .s_axi_arvalid(lite_arvalid),
      .s_axi_arready(lite_arready),
      .s_axi_rdata(lite_rdata),
      .s_axi_rresp(lite_rresp),
      .s_axi_rvalid(lite_rvalid),
      .s_axi_rready(lite_rready),
      .m_axi_awid(hp_awid),
      .m_axi_awaddr(hp_awaddr),
      .m_axi_awlen(hp_awlen),
      .m_axi_awsize(hp_awsize),
      .m_axi_awburst(hp_awburst),
      .m_axi_awcache(hp_awcache),
      .m_axi_awprot(hp_awprot),
      .m_axi_awvalid(hp_awvalid),
      .m_axi_awready(hp_awready),
      .m_axi_wdata(hp_wdata),
      .m_axi_wstrb(hp_wstrb),
      .m_axi_wlast(hp_wlast),
      .m_axi_wvalid(hp_wvalid),
      .m_axi_wready(hp_wready),
      .m_axi_bid(hp_bid[0]),
      .m_axi_bresp(hp_bresp),
      .m_axi_bvalid(hp_bvalid),
      .m_axi_bready(hp_bready),
      .m_axi_arid(hp_arid),
      .m_axi_araddr(hp_araddr),
      .m_axi_arlen(hp_arlen),
      .m_axi_arsize(hp_arsize),
      .m_axi_arburst(hp_arburst),
      .m_axi_arcache(hp_arcache),
      .m_axi_arprot(hp_arprot),
      .m_axi_arvalid(hp_arvalid),
      .m_axi_arready(hp_arready),
      .m_axi_rid(hp_rid[0]),
      .m_axi_rdata(hp_rdata),
      .m_axi_rresp(hp_rresp),
      .m_axi_rlast(hp_rlast),
      .m_axi_rvalid(hp_rvalid),
      .m_axi_rready(hp_rready),
      .interrupt(interrupt)
  );

  // verilator lint_off PINMISSING
  (* keep *)
`ifdef EEG2FPGA_PROCESSOR_IP
  processor_ip ps7 (
      .*,
`else
  PS7 ps7 (
`endif
      .FCLKCLK(fclk),
      .FCLKRESETN(fclk_resetn),
      .IRQF2P({19'd0, interrupt}),

      .MAXIGP0ACLK(clk),
      .MAXIGP0AWID(gp_awid),
      .MAXIGP0AWADDR(gp_awaddr),
      .MAXIGP0AWLEN(gp_awlen),
      .MAXIGP0AWSIZE(gp_awsize),
      .MAXIGP0AWBURST(gp_awburst),
      .MAXIGP0AWPROT(gp_awprot),
      .MAXIGP0AWVALID(gp_awvalid),
      .MAXIGP0AWREADY(gp_awready),
      .MAXIGP0WDATA(gp_wdata),
      .MAXIGP0WSTRB(gp_wstrb),
      .MAXIGP0WVALID(gp_wvalid),
      .MAXIGP0WREADY(gp_wready),
      .MAXIGP0BID(gp_bid),
      .MAXIGP0BRESP(gp_bresp),
      .MAXIGP0BVALID(gp_bvalid),
      .MAXIGP0BREADY(gp_bready),
      .MAXIGP0ARID(gp_arid),
      .MAXIGP0ARADDR(gp_araddr),
      .MAXIGP0ARLEN(gp_arlen),
      .MAXIGP0ARSIZE(gp_arsize),
      .MAXIGP0ARBURST(gp_arburst),
      .MAXIGP0ARPROT(gp_arprot),
      .MAXIGP0ARVALID(gp_arvalid),
      .MAXIGP0ARREADY(gp_arready),
      .MAXIGP0RID(gp_rid),
      .MAXIGP0RDATA(gp_rdata),
      .MAXIGP0RRESP(gp_rresp),
      .MAXIGP0RLAST(gp_rlast),
      .MAXIGP0RVALID(gp_rvalid),
      .MAXIGP0RREADY(gp_rready),

      .SAXIHP0ACLK(clk),
      .SAXIHP0RDISSUECAP1EN(1'b0),
      .SAXIHP0WRISSUECAP1EN(1'b0),
      .SAXIHP0AWID({5'd0, hp_awid}),
      .SAXIHP0AWADDR(hp_awaddr),
      .SAXIHP0AWLEN(hp_awlen[3:0]),
      .SAXIHP0AWSIZE(hp_awsize[1:0]),
      .SAXIHP0AWBURST(hp_awburst),
      .SAXIHP0AWLOCK(2'b00),
      .SAXIHP0AWCACHE(hp_awcache),
      .SAXIHP0AWPROT(hp_awprot),
      .SAXIHP0AWQOS(4'd0),
      .SAXIHP0AWVALID(hp_awvalid),
      .SAXIHP0AWREADY(hp_awready),
      .SAXIHP0WID({5'd0, hp_awid}),
      .SAXIHP0WDATA(hp_wdata),
      .SAXIHP0WSTRB(hp_wstrb),
      .SAXIHP0WLAST(hp_wlast),
      .SAXIHP0WVALID(hp_wvalid),
      .SAXIHP0WREADY(hp_wready),
      .SAXIHP0BID(hp_bid),
      .SAXIHP0BRESP(hp_bresp),
      .SAXIHP0BVALID(hp_bvalid),
      .SAXIHP0BREADY(hp_bready),
      .SAXIHP0ARID({5'd0, hp_arid}),
      .SAXIHP0ARADDR(hp_araddr),
      .SAXIHP0ARLEN(hp_arlen[3:0]),
      .SAXIHP0ARSIZE(hp_arsize[1:0]),
      .SAXIHP0ARBURST(hp_arburst),
      .SAXIHP0ARLOCK(2'b00),
      .SAXIHP0ARCACHE(hp_arcache),
      .SAXIHP0ARPROT(hp_arprot),
      .SAXIHP0ARQOS(4'd0),
      .SAXIHP0ARVALID(hp_arvalid),
      .SAXIHP0ARREADY(hp_arready),
      .SAXIHP0RID(hp_rid),
      .SAXIHP0RDATA(hp_rdata),
      .SAXIHP0RRESP(hp_rresp),
      .SAXIHP0RLAST(hp_rlast),
      .SAXIHP0RVALID(hp_rvalid),
      .SAXIHP0RREADY(hp_rready)
  );
  // verilator lint_on PINMISSING
endmodule

`default_nettype wire
