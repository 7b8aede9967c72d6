// Beats `source` to `last_beat` of memory as a stream, in INCR bursts of at most 16 beats.
//
// A burst ends where a block of 128 bytes does, so none crosses 4 KB. A burst is issued only when the buffer (BEATS of LUTRAM) has
// room for sixteen beats more than are stored or on their way: read data is always taken at once, up to BEATS/16 bursts overlap.
// Without `enable` no burst is issued; what was issued is finished, and `idle` tells when. Bad responses come out as pulses, with
// the first beat of the burst that they belong to. `core_rst_n` empties the buffer.
//
// The memory port of a Zynq is not reset with the fabric: what was asked for before a reset is still answered after it. So bursts on
// their way are counted through resets, `idle` waits for them, and their errors are nobody's. Answers to nothing do not count.
`default_nettype none

module axi_reader #(
    parameter integer BEATS = 64
) (
    input wire clk,
    input wire rst_n,
    input wire core_rst_n,

    input wire load,
    input wire [28:0] source,
    input wire [28:0] last_beat,
    input wire enable,
    output wire idle,
    output wire exhausted,  // all was read and has left
    output reg [1:0] error,  // slave error, decode error
    output reg [28:0] error_beat,

    output wire m_axi_arid,
    output wire [31:0] m_axi_araddr,
    output wire [7:0] m_axi_arlen,
    output wire [2:0] m_axi_arsize,
    output wire [1:0] m_axi_arburst,
    output reg m_axi_arvalid,
    input wire m_axi_arready,
    input wire m_axi_rid,
    input wire [63:0] m_axi_rdata,
    input wire [1:0] m_axi_rresp,
    input wire m_axi_rlast,
    input wire m_axi_rvalid,
    output wire m_axi_rready,

    output wire [63:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer COUNT_BITS = $clog2(BEATS + 1);
  localparam [COUNT_BITS-1:0] MOST = COUNT_BITS'(BEATS - 16);
  // Bursts on their way: BEATS/16 whole ones, and a short one at either end.
  localparam integer BURST_BITS = $clog2(BEATS / 16 + 3);

  generate
    if (BEATS < 16) begin : g_illegal_beats
      ILLEGAL_BEATS_below_one_burst_in_axi_reader u ();
    end
  endgenerate

  // A burst takes shape in three cycles: is it in the last block, how long is it, is there room.
  reg [28:0] beat;
  reg [3:0] length;  // beats less one
  reg in_last_block, compared, sized, issued;
  reg [COUNT_BITS-1:0] reserved;
  wire accepted = m_axi_arvalid && m_axi_arready;
  wire launch = enable && sized && !m_axi_arvalid && !issued && reserved <= MOST;
  reg popped;  // a beat left the buffer in the cycle before

  assign m_axi_arid = 1'b0;
  assign m_axi_araddr = {beat, 3'd0};
  assign m_axi_arlen = {4'd0, length};
  assign m_axi_arsize = 3'd3;
  assign m_axi_arburst = 2'b01;

  always @(posedge clk)
    if (!rst_n) m_axi_arvalid <= 1'b0;
    else if (launch) m_axi_arvalid <= 1'b1;
    else if (m_axi_arready) m_axi_arvalid <= 1'b0;

  always @(posedge clk)
    if (load) begin
      beat <= source;
      compared <= 1'b0;
      sized <= 1'b0;
      issued <= 1'b0;
    end else if (accepted) begin
      beat <= {beat[28:4] + 25'd1, 4'd0};
      compared <= 1'b0;
      sized <= 1'b0;
      issued <= in_last_block;
    end else if (enable) begin
      compared <= 1'b1;
      sized <= compared;
    end

  always @(posedge clk) begin
    if (!compared) in_last_block <= beat[28:4] == last_beat[28:4];
    if (!sized) length <= (in_last_block ? last_beat[3:0] : 4'd15) - beat[3:0];
  end

  always @(posedge clk) popped <= !load && m_axis_tvalid && m_axis_tready;

  always @(posedge clk)
    if (load) reserved <= {COUNT_BITS{1'b0}};
    else
      reserved <= reserved + (launch ? {{(COUNT_BITS - 4) {1'b0}}, length} : {COUNT_BITS{popped}})
          + {{(COUNT_BITS - 1) {1'b0}}, launch && !popped};

  // Responses, a cycle after they came.
  reg [BURST_BITS-1:0] outstanding;
  reg burst_done, stale;
  wire none = outstanding == {BURST_BITS{1'b0}};
  wire unused = &{1'b0, m_axi_rid};

  assign m_axi_rready = 1'b1;
  assign idle = !m_axi_arvalid && none;
  assign exhausted = issued && none && reserved == {COUNT_BITS{1'b0}};

  initial begin
    burst_done  = 1'b0;
    outstanding = {BURST_BITS{1'b0}};
  end
  always @(posedge clk) begin
    burst_done <= m_axi_rvalid && m_axi_rlast;
    if (accepted && !burst_done) outstanding <= outstanding + 1'b1;
    if (!accepted && burst_done && !none) outstanding <= outstanding - 1'b1;
  end

  always @(posedge clk)
    if (!rst_n) begin
      error <= 2'b00;
      stale <= 1'b1;
    end else begin
      error <= m_axi_rvalid && m_axi_rresp[1] && !stale ? {m_axi_rresp[0], !m_axi_rresp[0]} : 2'b00;
      if (none) stale <= 1'b0;
    end

  always @(posedge clk)
    if (load) error_beat <= source;
    else if (burst_done && !stale) error_beat <= {error_beat[28:4] + 25'd1, 4'd0};

  wire unused_ready;  // room was reserved

  fifo #(
      .WIDTH(64),
      .DEPTH(BEATS + 1)
  ) u_buffer (
      .clk(clk),
      .rst_n(core_rst_n),
      .s_axis_tdata(m_axi_rdata),
      .s_axis_tvalid(m_axi_rvalid),
      .s_axis_tready(unused_ready),
      .m_axis_tdata(m_axis_tdata),
      .m_axis_tvalid(m_axis_tvalid),
      .m_axis_tready(m_axis_tready)
  );
endmodule

`default_nettype wire
