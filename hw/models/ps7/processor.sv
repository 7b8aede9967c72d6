// The whole design with a host where its processor is: the ports of eeg2fpga_shell, which lead to PS7's own. Simulation alone.
//
// A host that drives the shell (verify/shell_harness.cpp.j2) so drives M_AXI_GP0 and is the memory behind S_AXI_HP0, the clock is
// FCLK0 and the reset FCLKRESETN[0]. `fault` is up in a cycle in which the design breaks a rule that those ports do not show:
// bit 0 clock of GP0 or HP0 that is not FCLK0, 1 ID or last beat of an answer on GP0, 2 ID of HP0's write data, 3 a lock,
// 4 interrupt lines beside IRQF2P[0].
`default_nettype none

module processor #(
    parameter [31:0] BASE = 32'h43C00000
) (
    input wire clk,
    input wire rst_n,

    input wire [11:0] s_axi_awaddr,
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
    input wire s_axi_arvalid,
    output wire s_axi_arready,
    output wire [31:0] s_axi_rdata,
    output wire [1:0] s_axi_rresp,
    output wire s_axi_rvalid,
    input wire s_axi_rready,

    output wire [31:0] m_axi_awaddr,
    output wire [7:0] m_axi_awlen,
    output wire [2:0] m_axi_awsize,
    output wire [1:0] m_axi_awburst,
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
    output wire [31:0] m_axi_araddr,
    output wire [7:0] m_axi_arlen,
    output wire [2:0] m_axi_arsize,
    output wire [1:0] m_axi_arburst,
    output wire m_axi_arvalid,
    input wire m_axi_arready,
    input wire m_axi_rid,
    input wire [63:0] m_axi_rdata,
    input wire [1:0] m_axi_rresp,
    input wire m_axi_rlast,
    input wire m_axi_rvalid,
    output wire m_axi_rready,

    output wire interrupt,
    output wire [4:0] fault
);
  localparam [11:0] WRITE_ID = 12'h5A5;
  localparam [11:0] READ_ID = 12'hABC;

  wire led;
  eeg2fpga_top design_under_test (.led(led));

`ifndef PS7
  `define PS7 design_under_test.\zynq.ps7
`endif

  assign `PS7 .fclk = clk;
  assign `PS7 .fclk_resetn = rst_n;
  assign interrupt = `PS7 .IRQF2P[0];

  assign `PS7 .gp0_awid = WRITE_ID;
  assign `PS7 .gp0_awaddr = BASE + {20'd0, s_axi_awaddr};
  assign `PS7 .gp0_awlen = 8'd0;
  assign `PS7 .gp0_awsize = 3'd2;
  assign `PS7 .gp0_awburst = 2'b01;
  assign `PS7 .gp0_awprot = 3'd0;
  assign `PS7 .gp0_awvalid = s_axi_awvalid;
  assign s_axi_awready = `PS7 .gp0_awready;
  assign `PS7 .gp0_wdata = s_axi_wdata;
  assign `PS7 .gp0_wstrb = s_axi_wstrb;
  assign `PS7 .gp0_wlast = 1'b1;
  assign `PS7 .gp0_wvalid = s_axi_wvalid;
  assign s_axi_wready = `PS7 .gp0_wready;
  assign s_axi_bresp = `PS7 .gp0_bresp;
  assign s_axi_bvalid = `PS7 .gp0_bvalid;
  assign `PS7 .gp0_bready = s_axi_bready;
  assign `PS7 .gp0_arid = READ_ID;
  assign `PS7 .gp0_araddr = BASE + {20'd0, s_axi_araddr};
  assign `PS7 .gp0_arlen = 8'd0;
  assign `PS7 .gp0_arsize = 3'd2;
  assign `PS7 .gp0_arburst = 2'b01;
  assign `PS7 .gp0_arprot = 3'd0;
  assign `PS7 .gp0_arvalid = s_axi_arvalid;
  assign s_axi_arready = `PS7 .gp0_arready;
  assign s_axi_rdata = `PS7 .gp0_rdata;
  assign s_axi_rresp = `PS7 .gp0_rresp;
  assign s_axi_rvalid = `PS7 .gp0_rvalid;
  assign `PS7 .gp0_rready = s_axi_rready;

  assign m_axi_awaddr = `PS7 .hp0_awaddr;
  assign m_axi_awlen = `PS7 .hp0_awlen;
  assign m_axi_awsize = `PS7 .hp0_awsize;
  assign m_axi_awburst = `PS7 .hp0_awburst;
  assign m_axi_awvalid = `PS7 .hp0_awvalid;
  assign `PS7 .hp0_awready = m_axi_awready;
  assign m_axi_wdata = `PS7 .hp0_wdata;
  assign m_axi_wstrb = `PS7 .hp0_wstrb;
  assign m_axi_wlast = `PS7 .hp0_wlast;
  assign m_axi_wvalid = `PS7 .hp0_wvalid;
  assign `PS7 .hp0_wready = m_axi_wready;
  assign `PS7 .hp0_bid = {5'd0, m_axi_bid};
  assign `PS7 .hp0_bresp = m_axi_bresp;
  assign `PS7 .hp0_bvalid = m_axi_bvalid;
  assign m_axi_bready = `PS7 .hp0_bready;
  assign m_axi_araddr = `PS7 .hp0_araddr;
  assign m_axi_arlen = `PS7 .hp0_arlen;
  assign m_axi_arsize = `PS7 .hp0_arsize;
  assign m_axi_arburst = `PS7 .hp0_arburst;
  assign m_axi_arvalid = `PS7 .hp0_arvalid;
  assign `PS7 .hp0_arready = m_axi_arready;
  assign `PS7 .hp0_rid = {5'd0, m_axi_rid};
  assign `PS7 .hp0_rdata = m_axi_rdata;
  assign `PS7 .hp0_rresp = m_axi_rresp;
  assign `PS7 .hp0_rlast = m_axi_rlast;
  assign `PS7 .hp0_rvalid = m_axi_rvalid;
  assign m_axi_rready = `PS7 .hp0_rready;

  assign fault[0] = `PS7 .MAXIGP0ACLK != clk || `PS7 .SAXIHP0ACLK != clk;
  assign fault[1] = s_axi_bvalid && `PS7 .gp0_bid != WRITE_ID
      || s_axi_rvalid && (`PS7 .gp0_rid != READ_ID || !`PS7 .gp0_rlast);
  assign fault[2] = m_axi_wvalid && `PS7 .SAXIHP0WID != 6'd0 || m_axi_awvalid && `PS7 .hp0_awid != 6'd0
      || m_axi_arvalid && `PS7 .hp0_arid != 6'd0;
  assign fault[3] = m_axi_awvalid && `PS7 .SAXIHP0AWLOCK != 2'd0 || m_axi_arvalid && `PS7 .SAXIHP0ARLOCK != 2'd0;
  assign fault[4] = `PS7 .IRQF2P[19:1] != 19'd0;

  `undef PS7
endmodule

`default_nettype wire
