// AXI3 slave (the Zynq's M_AXI_GP, 32 bits, 12-bit IDs) to AXI4-Lite master of a 4 KB page at BASE.
//
// A burst becomes one AXI4-Lite transfer a beat, its addresses as AXI3 has them (FIXED, INCR, WRAP; 1, 2 or 4 bytes a beat); the
// ID comes back with every beat and response, and a burst's response is the first that was not OKAY. Outside the page every beat is
// answered with a decode error and nothing is passed on. One read and one write at a time, neither waits for the other; write
// data comes in the order of the addresses (AXI3: a write data interleaving depth of 1), so WID is not looked at.
`default_nettype none

module axi3_lite #(
    parameter [31:0] BASE = 32'h43C00000
) (
    input wire clk,
    input wire rst_n,

    input wire [11:0] s_axi_awid,
    input wire [31:0] s_axi_awaddr,
    input wire [3:0] s_axi_awlen,
    input wire [1:0] s_axi_awsize,
    input wire [1:0] s_axi_awburst,
    input wire [2:0] s_axi_awprot,
    input wire s_axi_awvalid,
    output wire s_axi_awready,
    input wire [31:0] s_axi_wdata,
    input wire [3:0] s_axi_wstrb,
    input wire s_axi_wvalid,
    output wire s_axi_wready,
    output reg [11:0] s_axi_bid,
    output reg [1:0] s_axi_bresp,
    output wire s_axi_bvalid,
    input wire s_axi_bready,
    input wire [11:0] s_axi_arid,
    input wire [31:0] s_axi_araddr,
    input wire [3:0] s_axi_arlen,
    input wire [1:0] s_axi_arsize,
    input wire [1:0] s_axi_arburst,
    input wire [2:0] s_axi_arprot,
    input wire s_axi_arvalid,
    output wire s_axi_arready,
    output reg [11:0] s_axi_rid,
    output reg [31:0] s_axi_rdata,
    output reg [1:0] s_axi_rresp,
    output reg s_axi_rlast,
    output wire s_axi_rvalid,
    input wire s_axi_rready,

    output reg [11:0] m_axi_awaddr,
    output reg [2:0] m_axi_awprot,
    output reg m_axi_awvalid,
    input wire m_axi_awready,
    output reg [31:0] m_axi_wdata,
    output reg [3:0] m_axi_wstrb,
    output reg m_axi_wvalid,
    input wire m_axi_wready,
    input wire [1:0] m_axi_bresp,
    input wire m_axi_bvalid,
    output wire m_axi_bready,
    output reg [11:0] m_axi_araddr,
    output reg [2:0] m_axi_arprot,
    output wire m_axi_arvalid,
    input wire m_axi_arready,
    input wire [31:0] m_axi_rdata,
    input wire [1:0] m_axi_rresp,
    input wire m_axi_rvalid,
    output wire m_axi_rready
);
  localparam [1:0] OKAY = 2'b00;
  localparam [1:0] DECERR = 2'b11;
  localparam [1:0] FIXED = 2'b00;
  localparam [1:0] WRAP = 2'b10;

  generate
    if (BASE[11:0] != 12'd0) begin : g_illegal_base
      ILLEGAL_BASE_not_a_multiple_of_4096_in_axi3_lite u ();
    end
  endgenerate

  // Address of the beat after the one at `address`, in a burst of `length` + 1 beats of 2^size bytes.
  function automatic [11:0] next_address(input logic [11:0] address, input logic [3:0] length,
                                              input logic [1:0] size, input logic [1:0] burst);
    reg [11:0] span, block, step;
    begin
      step = 12'd1 << size;
      span = (({8'd0, length} + 12'd1) << size) - 12'd1;
      block = (address & ~(step - 12'd1)) + step;
      case (burst)
        FIXED: next_address = address;
        WRAP: next_address = (address & ~span) | (block & span);
        default: next_address = block;
      endcase
    end
  endfunction

  // Writes: a state a bit.
  localparam integer W_ADDRESS = 0;  // waits for a burst
  localparam integer W_DATA = 1;  // waits for a beat of it
  localparam integer W_SEND = 2;  // hands it on
  localparam integer W_ANSWER = 3;  // waits for the answer
  localparam integer W_RESPOND = 4;  // responds to the burst
  reg [4:0] w_state;
  reg [3:0] w_length, w_left;
  reg [1:0] w_size, w_burst;
  reg w_outside;
  wire w_last = w_left == 4'd0;
  wire w_sent = (!m_axi_awvalid || m_axi_awready) && (!m_axi_wvalid || m_axi_wready);

  // What came during a reset would be lost.
  assign s_axi_awready = w_state[W_ADDRESS] && rst_n;
  assign s_axi_wready  = w_state[W_DATA];
  assign s_axi_bvalid  = w_state[W_RESPOND];
  assign m_axi_bready  = w_state[W_ANSWER];

  always @(posedge clk)
    if (!rst_n) begin
      w_state <= 5'd1 << W_ADDRESS;
      m_axi_awvalid <= 1'b0;
      m_axi_wvalid <= 1'b0;
    end else begin
      if (m_axi_awready) m_axi_awvalid <= 1'b0;
      if (m_axi_wready) m_axi_wvalid <= 1'b0;
      case (1'b1)
        w_state[W_ADDRESS]: if (s_axi_awvalid) w_state <= 5'd1 << W_DATA;
        w_state[W_DATA]:
        if (s_axi_wvalid) begin
          m_axi_awvalid <= !w_outside;
          m_axi_wvalid <= !w_outside;
          if (!w_outside) w_state <= 5'd1 << W_SEND;
          else if (w_last) w_state <= 5'd1 << W_RESPOND;
        end
        w_state[W_SEND]: if (w_sent) w_state <= 5'd1 << W_ANSWER;
        w_state[W_ANSWER]: if (m_axi_bvalid) w_state <= w_last ? 5'd1 << W_RESPOND : 5'd1 << W_DATA;
        default: if (s_axi_bready) w_state <= 5'd1 << W_ADDRESS;
      endcase
    end

  always @(posedge clk) begin
    if (w_state[W_ADDRESS]) begin
      s_axi_bid <= s_axi_awid;
      s_axi_bresp <= s_axi_awaddr[31:12] == BASE[31:12] ? OKAY : DECERR;
      w_outside <= s_axi_awaddr[31:12] != BASE[31:12];
      w_length <= s_axi_awlen;
      w_left <= s_axi_awlen;
      w_size <= s_axi_awsize;
      w_burst <= s_axi_awburst;
      m_axi_awaddr <= s_axi_awaddr[11:0];
      m_axi_awprot <= s_axi_awprot;
    end
    if (w_state[W_DATA]) begin
      m_axi_wdata <= s_axi_wdata;
      m_axi_wstrb <= s_axi_wstrb;
      if (s_axi_wvalid && w_outside) w_left <= w_left - 4'd1;
    end
    if (w_state[W_ANSWER] && m_axi_bvalid) begin
      if (s_axi_bresp == OKAY) s_axi_bresp <= m_axi_bresp;
      w_left <= w_left - 4'd1;
      m_axi_awaddr <= next_address(m_axi_awaddr, w_length, w_size, w_burst);
    end
  end

  // Reads.
  localparam integer R_ADDRESS = 0;
  localparam integer R_SEND = 1;
  localparam integer R_ANSWER = 2;
  localparam integer R_RESPOND = 3;
  reg [3:0] r_state;
  reg [3:0] r_length, r_left;
  reg [1:0] r_size, r_burst;
  reg  r_outside;
  wire r_page = s_axi_araddr[31:12] == BASE[31:12];

  assign s_axi_arready = r_state[R_ADDRESS] && rst_n;
  assign s_axi_rvalid  = r_state[R_RESPOND];
  assign m_axi_arvalid = r_state[R_SEND];
  assign m_axi_rready  = r_state[R_ANSWER];

  always @(posedge clk)
    if (!rst_n) r_state <= 4'd1 << R_ADDRESS;
    else
      case (1'b1)
        r_state[R_ADDRESS]: if (s_axi_arvalid) r_state <= r_page ? 4'd1 << R_SEND : 4'd1 << R_RESPOND;
        r_state[R_SEND]: if (m_axi_arready) r_state <= 4'd1 << R_ANSWER;
        r_state[R_ANSWER]: if (m_axi_rvalid) r_state <= 4'd1 << R_RESPOND;
        default:
        if (s_axi_rready)
          if (s_axi_rlast) r_state <= 4'd1 << R_ADDRESS;
          else if (!r_outside) r_state <= 4'd1 << R_SEND;
      endcase

  always @(posedge clk) begin
    if (r_state[R_ADDRESS]) begin
      s_axi_rid <= s_axi_arid;
      s_axi_rdata <= 32'd0;
      s_axi_rresp <= DECERR;
      s_axi_rlast <= s_axi_arlen == 4'd0;
      r_outside <= !r_page;
      r_length <= s_axi_arlen;
      r_left <= s_axi_arlen;
      r_size <= s_axi_arsize;
      r_burst <= s_axi_arburst;
      m_axi_araddr <= s_axi_araddr[11:0];
      m_axi_arprot <= s_axi_arprot;
    end
    if (r_state[R_ANSWER]) begin
      s_axi_rdata <= m_axi_rdata;
      s_axi_rresp <= m_axi_rresp;
    end
    if (r_state[R_RESPOND] && s_axi_rready) begin
      r_left <= r_left - 4'd1;
      s_axi_rlast <= r_left == 4'd1;
      m_axi_araddr <= next_address(m_axi_araddr, r_length, r_size, r_burst);
    end
  end
endmodule

`default_nettype wire
