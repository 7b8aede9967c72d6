// A queue: at most DEPTH words, out in the order in which they came in, each once and unchanged.
//
// Any word is watched (`pick` is free): how many are before it is counted, and when it comes out it is compared. Resets come at any
// time. The source may withdraw a word. What is said of the registers inside makes the rest inductive.
`default_nettype none

module fifo_properties #(
    parameter integer WIDTH = 3,
    parameter integer DEPTH = 4,
    parameter integer BLOCK = 0,
    parameter integer HALF = 0
) (
    input wire clk,
    input wire rst_n,
    input wire pick,
    input wire [(WIDTH+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer PORT = (WIDTH + 7) / 8 * 8;
  localparam integer COUNT_BITS = $clog2(DEPTH + 2);
  localparam [COUNT_BITS-1:0] MOST = COUNT_BITS'(DEPTH);
  localparam [COUNT_BITS-1:0] NONE = {COUNT_BITS{1'b0}};

  wire s_axis_tready, m_axis_tvalid;
  wire [PORT-1:0] m_axis_tdata;
  fifo #(
      .WIDTH(WIDTH),
      .DEPTH(DEPTH),
      .BLOCK(BLOCK),
      .HALF (HALF)
  ) dut (
      .clk(clk),
      .rst_n(rst_n),
      .s_axis_tdata(s_axis_tdata),
      .s_axis_tvalid(s_axis_tvalid),
      .s_axis_tready(s_axis_tready),
      .m_axis_tdata(m_axis_tdata),
      .m_axis_tvalid(m_axis_tvalid),
      .m_axis_tready(m_axis_tready)
  );

  reg settled;
  initial settled = 1'b0;
  always @(posedge clk) settled <= settled || !rst_n;

  stream_properties #(
      .WIDTH(PORT)
  ) u_output (
      .clk(clk),
      .rst_n(rst_n),
      .settled(settled),
      .data(m_axis_tdata),
      .valid(m_axis_tvalid),
      .ready(m_axis_tready)
  );

  wire push = s_axis_tvalid && s_axis_tready;
  wire pop = m_axis_tvalid && m_axis_tready;
  reg [COUNT_BITS-1:0] stored, ahead;
  wire [COUNT_BITS-1:0] left = stored - {{(COUNT_BITS - 1) {1'b0}}, pop};
  reg watching;
  reg [WIDTH-1:0] watched;
  // One cycle for a word to come through, or for room at the end to come back to the front.
  reg hidden, blocked;

  always @(posedge clk)
    if (!rst_n) begin
      stored   <= NONE;
      watching <= 1'b0;
      hidden   <= 1'b0;
      blocked  <= 1'b0;
    end else begin
      stored  <= left + {{(COUNT_BITS - 1) {1'b0}}, push};
      hidden  <= stored != NONE && !m_axis_tvalid;
      blocked <= stored != MOST && !s_axis_tready;
      if (!watching) begin
        watching <= push && pick;
        watched  <= s_axis_tdata[WIDTH-1:0];
        ahead    <= left;
      end else if (pop) begin
        watching <= ahead != NONE;
        ahead <= ahead - 1'b1;
      end
    end

  always @(posedge clk)
    if (settled) begin
      no_overflow : assert (stored <= MOST);
      full_refuses : assert (!(s_axis_tready && stored == MOST));
      no_underflow : assert (!(m_axis_tvalid && stored == NONE));
      if (watching && ahead == NONE && m_axis_tvalid) in_order : assert (m_axis_tdata == {{(PORT - WIDTH) {1'b0}}, watched});
      if (hidden) comes_out_in_two_cycles : assert (m_axis_tvalid);
      if (blocked) room_is_offered_in_two_cycles : assert (s_axis_tready);
      assert (!watching || ahead < stored);
      last_of_all : cover (watching && ahead == MOST - 1'b1);
      first_of_all : cover (watching && ahead == NONE && pop && stored == MOST);
    end

  // Where the watched word is, among those that wait before the output register.
  wire [COUNT_BITS-1:0] inner = ahead - {{(COUNT_BITS - 1) {1'b0}}, m_axis_tvalid};
  wire unused_inner = &{1'b0, inner};
  wire queued = settled && watching && !(m_axis_tvalid && ahead == NONE);
  wire [COUNT_BITS-1:0] waiting = stored - {{(COUNT_BITS - 1) {1'b0}}, m_axis_tvalid};

  generate
    if (DEPTH == 2) begin : g_pair
      always @(posedge clk)
        if (settled) begin
          assert (waiting == {{(COUNT_BITS - 1) {1'b0}}, dut.g_pair.full});
          if (HALF == 0) assert (m_axis_tvalid == (stored != NONE) && s_axis_tready == (stored != MOST));
          if (queued) assert (dut.g_pair.skid == watched);
        end
    end else if (DEPTH == 3) begin : g_two
      wire [WIDTH-1:0] word;
      wire place = dut.g_ram.read_address ^ inner[0];
      if (BLOCK != 0) begin : g_block
        assign word = dut.g_ram.g_block.ram[place];
      end else begin : g_distributed
        assign word = dut.g_ram.g_distributed.ram[place];
      end
      always @(posedge clk)
        if (settled) begin
          assert (waiting == (dut.g_ram.g_two.two ? 2 : dut.g_ram.g_two.one ? 1 : 0));
          assert (dut.g_ram.g_two.one || !dut.g_ram.g_two.two);
          assert (dut.g_ram.g_two.idle == !m_axis_tvalid);
          if (queued) assert (word == watched);
        end
    end else begin : g_many
      localparam integer POINTER_BITS = $clog2(DEPTH);
      localparam integer ADDRESS_BITS = $clog2(DEPTH - 1);
      wire [POINTER_BITS-1:0] apart = dut.g_ram.g_many.head - dut.g_ram.g_many.tail;
      wire [ADDRESS_BITS-1:0] place = dut.g_ram.read_address + inner[ADDRESS_BITS-1:0];
      wire [WIDTH-1:0] word;
      if (BLOCK != 0) begin : g_block
        assign word = dut.g_ram.g_block.ram[place];
      end else begin : g_distributed
        assign word = dut.g_ram.g_distributed.ram[place];
      end
      always @(posedge clk)
        if (settled) begin
          assert (waiting == {{(COUNT_BITS - POINTER_BITS) {1'b0}}, apart});
          assert (dut.g_ram.g_many.limit - dut.g_ram.g_many.tail == POINTER_BITS'(DEPTH - 1));
          if (queued) assert (word == watched);
        end
    end
  endgenerate
endmodule

`default_nettype wire
