// Stand-in for the Zynq's processor (the ports that zynq_top connects), for lint and simulation alone.
//
// What comes from the processor is a register that the test bench drives: gp0_* for M_AXI_GP0 (AXI4 widths, as cocotbext-axi has
// them; the test keeps to bursts of 16), hp0_* for the memory behind S_AXI_HP0.
// verilator lint_off UNDRIVEN
// verilator lint_off UNUSEDSIGNAL
// verilator lint_off DECLFILENAME
`default_nettype none

module PS7 (
    output wire [3:0] FCLKCLK,
    output wire [3:0] FCLKRESETN,
    input wire [19:0] IRQF2P,

    input wire MAXIGP0ACLK,
    output wire [11:0] MAXIGP0AWID,
    output wire [31:0] MAXIGP0AWADDR,
    output wire [3:0] MAXIGP0AWLEN,
    output wire [1:0] MAXIGP0AWSIZE,
    output wire [1:0] MAXIGP0AWBURST,
    output wire [2:0] MAXIGP0AWPROT,
    output wire MAXIGP0AWVALID,
    input wire MAXIGP0AWREADY,
    output wire [31:0] MAXIGP0WDATA,
    output wire [3:0] MAXIGP0WSTRB,
    output wire MAXIGP0WVALID,
    input wire MAXIGP0WREADY,
    input wire [11:0] MAXIGP0BID,
    input wire [1:0] MAXIGP0BRESP,
    input wire MAXIGP0BVALID,
    output wire MAXIGP0BREADY,
    output wire [11:0] MAXIGP0ARID,
    output wire [31:0] MAXIGP0ARADDR,
    output wire [3:0] MAXIGP0ARLEN,
    output wire [1:0] MAXIGP0ARSIZE,
    output wire [1:0] MAXIGP0ARBURST,
    output wire [2:0] MAXIGP0ARPROT,
    output wire MAXIGP0ARVALID,
    input wire MAXIGP0ARREADY,
    input wire [11:0] MAXIGP0RID,
    input wire [31:0] MAXIGP0RDATA,
    input wire [1:0] MAXIGP0RRESP,
    input wire MAXIGP0RLAST,
    input wire MAXIGP0RVALID,
    output wire MAXIGP0RREADY,

    input wire SAXIHP0ACLK,
    input wire SAXIHP0RDISSUECAP1EN,
    input wire SAXIHP0WRISSUECAP1EN,
    input wire [5:0] SAXIHP0AWID,
    input wire [31:0] SAXIHP0AWADDR,
    input wire [3:0] SAXIHP0AWLEN,
    input wire [1:0] SAXIHP0AWSIZE,
    input wire [1:0] SAXIHP0AWBURST,
    input wire [1:0] SAXIHP0AWLOCK,
    input wire [3:0] SAXIHP0AWCACHE,
    input wire [2:0] SAXIHP0AWPROT,
    input wire [3:0] SAXIHP0AWQOS,
    input wire SAXIHP0AWVALID,
    output wire SAXIHP0AWREADY,
    input wire [5:0] SAXIHP0WID,
    input wire [63:0] SAXIHP0WDATA,
    input wire [7:0] SAXIHP0WSTRB,
    input wire SAXIHP0WLAST,
    input wire SAXIHP0WVALID,
    output wire SAXIHP0WREADY,
    output wire [5:0] SAXIHP0BID,
    output wire [1:0] SAXIHP0BRESP,
    output wire SAXIHP0BVALID,
    input wire SAXIHP0BREADY,
    input wire [5:0] SAXIHP0ARID,
    input wire [31:0] SAXIHP0ARADDR,
    input wire [3:0] SAXIHP0ARLEN,
    input wire [1:0] SAXIHP0ARSIZE,
    input wire [1:0] SAXIHP0ARBURST,
    input wire [1:0] SAXIHP0ARLOCK,
    input wire [3:0] SAXIHP0ARCACHE,
    input wire [2:0] SAXIHP0ARPROT,
    input wire [3:0] SAXIHP0ARQOS,
    input wire SAXIHP0ARVALID,
    output wire SAXIHP0ARREADY,
    output wire [5:0] SAXIHP0RID,
    output wire [63:0] SAXIHP0RDATA,
    output wire [1:0] SAXIHP0RRESP,
    output wire SAXIHP0RLAST,
    output wire SAXIHP0RVALID,
    input wire SAXIHP0RREADY
);
  reg fclk, fclk_resetn;
  assign FCLKCLK = {3'd0, fclk};
  assign FCLKRESETN = {3'd0, fclk_resetn};

  reg [11:0] gp0_awid, gp0_arid;
  reg [31:0] gp0_awaddr, gp0_araddr, gp0_wdata;
  reg [7:0] gp0_awlen, gp0_arlen;
  reg [2:0] gp0_awsize, gp0_arsize, gp0_awprot, gp0_arprot;
  reg [1:0] gp0_awburst, gp0_arburst;
  reg [3:0] gp0_wstrb;
  reg gp0_awvalid, gp0_wvalid, gp0_wlast, gp0_bready, gp0_arvalid, gp0_rready;
  wire gp0_awready = MAXIGP0AWREADY;
  wire gp0_wready = MAXIGP0WREADY;
  wire [11:0] gp0_bid = MAXIGP0BID;
  wire [1:0] gp0_bresp = MAXIGP0BRESP;
  wire gp0_bvalid = MAXIGP0BVALID;
  wire gp0_arready = MAXIGP0ARREADY;
  wire [11:0] gp0_rid = MAXIGP0RID;
  wire [31:0] gp0_rdata = MAXIGP0RDATA;
  wire [1:0] gp0_rresp = MAXIGP0RRESP;
  wire gp0_rlast = MAXIGP0RLAST;
  wire gp0_rvalid = MAXIGP0RVALID;
  assign MAXIGP0AWID = gp0_awid;
  assign MAXIGP0AWADDR = gp0_awaddr;
  assign MAXIGP0AWLEN = gp0_awlen[3:0];
  assign MAXIGP0AWSIZE = gp0_awsize[1:0];
  assign MAXIGP0AWBURST = gp0_awburst;
  assign MAXIGP0AWPROT = gp0_awprot;
  assign MAXIGP0AWVALID = gp0_awvalid;
  assign MAXIGP0WDATA = gp0_wdata;
  assign MAXIGP0WSTRB = gp0_wstrb;
  assign MAXIGP0WVALID = gp0_wvalid;
  assign MAXIGP0BREADY = gp0_bready;
  assign MAXIGP0ARID = gp0_arid;
  assign MAXIGP0ARADDR = gp0_araddr;
  assign MAXIGP0ARLEN = gp0_arlen[3:0];
  assign MAXIGP0ARSIZE = gp0_arsize[1:0];
  assign MAXIGP0ARBURST = gp0_arburst;
  assign MAXIGP0ARPROT = gp0_arprot;
  assign MAXIGP0ARVALID = gp0_arvalid;
  assign MAXIGP0RREADY = gp0_rready;

  wire [5:0] hp0_awid = SAXIHP0AWID;
  wire [31:0] hp0_awaddr = SAXIHP0AWADDR;
  wire [7:0] hp0_awlen = {4'd0, SAXIHP0AWLEN};
  wire [2:0] hp0_awsize = {1'b0, SAXIHP0AWSIZE};
  wire [1:0] hp0_awburst = SAXIHP0AWBURST;
  wire hp0_awvalid = SAXIHP0AWVALID;
  reg hp0_awready;
  wire [63:0] hp0_wdata = SAXIHP0WDATA;
  wire [7:0] hp0_wstrb = SAXIHP0WSTRB;
  wire hp0_wlast = SAXIHP0WLAST;
  wire hp0_wvalid = SAXIHP0WVALID;
  reg hp0_wready;
  reg [5:0] hp0_bid, hp0_rid;
  reg [1:0] hp0_bresp, hp0_rresp;
  reg hp0_bvalid, hp0_rvalid, hp0_rlast, hp0_arready;
  wire hp0_bready = SAXIHP0BREADY;
  wire [5:0] hp0_arid = SAXIHP0ARID;
  wire [31:0] hp0_araddr = SAXIHP0ARADDR;
  wire [7:0] hp0_arlen = {4'd0, SAXIHP0ARLEN};
  wire [2:0] hp0_arsize = {1'b0, SAXIHP0ARSIZE};
  wire [1:0] hp0_arburst = SAXIHP0ARBURST;
  wire hp0_arvalid = SAXIHP0ARVALID;
  reg [63:0] hp0_rdata;
  wire hp0_rready = SAXIHP0RREADY;
  assign SAXIHP0AWREADY = hp0_awready;
  assign SAXIHP0WREADY = hp0_wready;
  assign SAXIHP0BID = hp0_bid;
  assign SAXIHP0BRESP = hp0_bresp;
  assign SAXIHP0BVALID = hp0_bvalid;
  assign SAXIHP0ARREADY = hp0_arready;
  assign SAXIHP0RID = hp0_rid;
  assign SAXIHP0RDATA = hp0_rdata;
  assign SAXIHP0RRESP = hp0_rresp;
  assign SAXIHP0RLAST = hp0_rlast;
  assign SAXIHP0RVALID = hp0_rvalid;
endmodule

// verilator lint_on UNDRIVEN
// verilator lint_on UNUSEDSIGNAL
// verilator lint_on DECLFILENAME
`default_nettype wire
