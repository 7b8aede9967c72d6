// A stream of beats to memory from `destination` on, in INCR bursts of at most 16 beats, up to the beat with tlast.
//
// A burst ends where a block of 128 bytes does, so none crosses 4 KB. It is issued once all its beats are here (two blocks of
// LUTRAM: one fills while the other leaves), so the bus never waits for data and nothing is left half-written when a batch is cut short.
// Up to OUTSTANDING bursts wait for their response. Without `enable` no burst is issued, what was issued is finished, and `idle`
// tells when; `complete`: the beat with tlast was written and every burst answered. tstrb counts in the beat with tlast only.
// `beyond`: a burst would pass the end of the address space; it is not issued.
//
// As in axi_reader, bursts on their way are counted through resets, and `idle` waits for their answers. A burst of which a reset cut
// the data off is never answered: better no batch any more than one whose data the memory takes for the old burst's.
`default_nettype none

module axi_writer #(
    parameter integer OUTSTANDING = 4
) (
    input wire clk,
    input wire rst_n,

    input wire load,
    input wire [28:0] destination,
    input wire enable,
    output wire idle,
    output wire complete,
    output wire beyond,
    output reg [1:0] error,  // slave error, decode error
    output reg [28:0] error_beat,

    input wire [63:0] s_axis_tdata,
    input wire [7:0] s_axis_tstrb,
    input wire s_axis_tlast,
    input wire s_axis_tvalid,
    output wire s_axis_tready,

    output wire m_axi_awid,
    output wire [31:0] m_axi_awaddr,
    output reg [7:0] m_axi_awlen,
    output wire [2:0] m_axi_awsize,
    output wire [1:0] m_axi_awburst,
    output reg m_axi_awvalid,
    input wire m_axi_awready,
    output reg [63:0] m_axi_wdata,
    output reg [7:0] m_axi_wstrb,
    output reg m_axi_wlast,
    output reg m_axi_wvalid,
    input wire m_axi_wready,
    input wire m_axi_bid,
    input wire [1:0] m_axi_bresp,
    input wire m_axi_bvalid,
    output wire m_axi_bready
);
  localparam integer COUNT_BITS = OUTSTANDING < 1 ? 1 : $clog2(OUTSTANDING + 1);
  localparam [COUNT_BITS-1:0] MOST = COUNT_BITS'(OUTSTANDING);

  generate
    if (OUTSTANDING < 1) begin : g_illegal_outstanding
      ILLEGAL_OUTSTANDING_below_one_in_axi_writer u ();
    end
  endgenerate

  // Beats come in; a block is closed by its last place or the batch's last beat.
  (* ram_style = "distributed" *)
  reg [63:0] ram[0:31];
  reg [4:0] head, tail;
  reg [1:0] closed;  // blocks that wait or are being sent
  reg last_closed;
  reg [3:0] last_place;
  reg [7:0] last_strobes;
  wire take = s_axis_tvalid && s_axis_tready;
  wire close = take && (head[3:0] == 4'd15 || s_axis_tlast);
  wire freed;

  assign s_axis_tready = closed != 2'd2;

  always @(posedge clk)
    if (!rst_n || load) begin
      head <= destination[4:0];
      closed <= 2'd0;
      last_closed <= 1'b0;
    end else begin
      if (take) head <= head + 5'd1;
      if (close && !freed) closed <= closed + 2'd1;
      if (!close && freed) closed <= closed - 2'd1;
      if (take && s_axis_tlast) last_closed <= 1'b1;
    end

  always @(posedge clk) begin
    if (take) ram[head] <= s_axis_tdata;
    if (take && s_axis_tlast) begin
      last_place   <= head[3:0];
      last_strobes <= s_axis_tstrb;
    end
  end

  // Bursts go out: address and data start together.
  reg [29:0] beat;
  reg sending, in_last_block;
  reg  [COUNT_BITS-1:0] outstanding;
  wire final_block = last_closed && closed == 2'd1;
  wire waiting = closed != 2'd0 && !sending && !m_axi_awvalid;
  wire launch = enable && waiting && !beat[29] && outstanding != MOST;
  wire accepted = m_axi_awvalid && m_axi_awready;
  wire move = sending && (!m_axi_wvalid || m_axi_wready);
  wire last_move = tail[3:0] == (in_last_block ? last_place : 4'd15);

  assign m_axi_awid = 1'b0;
  assign m_axi_awaddr = {beat[28:0], 3'd0};
  assign m_axi_awsize = 3'd3;
  assign m_axi_awburst = 2'b01;
  assign beyond = waiting && beat[29];
  assign freed = move && last_move;

  always @(posedge clk)
    if (!rst_n) begin
      m_axi_awvalid <= 1'b0;
      m_axi_wvalid <= 1'b0;
      sending <= 1'b0;
    end else begin
      m_axi_awvalid <= launch || (m_axi_awvalid && !m_axi_awready);
      m_axi_wvalid <= move || (m_axi_wvalid && !m_axi_wready);
      sending <= launch || (sending && !freed);
    end

  always @(posedge clk)
    if (load) beat <= {1'b0, destination};
    else if (accepted) beat <= {beat[29:4] + 26'd1, 4'd0};

  always @(posedge clk) begin
    if (launch) begin
      m_axi_awlen   <= {4'd0, (final_block ? last_place : 4'd15) - beat[3:0]};
      in_last_block <= final_block;
      tail <= beat[4:0];
    end else if (move) tail <= tail + 5'd1;
    if (move) begin
      m_axi_wdata <= ram[tail];
      m_axi_wlast <= last_move;
      m_axi_wstrb <= last_move && in_last_block ? last_strobes : 8'hff;
    end
  end

  // Responses, a cycle after they came.
  reg answered, stale;
  wire none = outstanding == {COUNT_BITS{1'b0}};
  wire unused = &{1'b0, m_axi_bid};

  assign m_axi_bready = 1'b1;
  assign idle = !m_axi_awvalid && none;
  assign complete = idle && last_closed && closed == 2'd0;

  initial begin
    answered = 1'b0;
    outstanding = {COUNT_BITS{1'b0}};
  end
  always @(posedge clk) begin
    answered <= m_axi_bvalid;
    if (accepted && !answered) outstanding <= outstanding + 1'b1;
    if (!accepted && answered && !none) outstanding <= outstanding - 1'b1;
  end

  always @(posedge clk)
    if (!rst_n) begin
      error <= 2'b00;
      stale <= 1'b1;
    end else begin
      error <= m_axi_bvalid && m_axi_bresp[1] && !stale ? {m_axi_bresp[0], !m_axi_bresp[0]} : 2'b00;
      if (none) stale <= 1'b0;
    end

  always @(posedge clk)
    if (load) error_beat <= destination;
    else if (answered && !stale) error_beat <= {error_beat[28:4] + 25'd1, 4'd0};
endmodule

`default_nettype wire
