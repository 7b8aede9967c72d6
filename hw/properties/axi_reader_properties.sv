// Bursts of axi_reader: their rules, their addresses one after the other from `source` to `last_beat`, room for every beat.
//
// Assumed of the shell (batch_control): `load` and `enable` as a batch has them: settings while nothing runs, `enable` up only after
// settings and when idle, `last_beat` still meanwhile, the core in reset when not enabled. Assumed of the memory: it answers what it
// was asked, burst after burst, and is not reset with the unit. Resets come at any time. Words out of the buffer: fifo's properties.
`default_nettype none

module axi_reader_properties #(
    parameter integer BEATS = 32
) (
    input wire clk,
    input wire rst_n,
    input wire load,
    input wire [28:0] source,
    input wire [28:0] last_beat,
    input wire enable,
    input wire m_axi_arready,
    input wire m_axi_rid,
    input wire [63:0] m_axi_rdata,
    input wire [1:0] m_axi_rresp,
    input wire m_axi_rlast,
    input wire m_axi_rvalid,
    input wire m_axis_tready
);
  // As many bursts as the unit may have on their way.
  localparam integer MOST = BEATS / 16 + 2;

  // The next beat to be asked for, and whether the batch's last one was.
  reg [28:0] next;
  reg complete;
  reg settled, enabled, loaded, begun, orphaned;
  reg [28:0] end_beat;
  wire [28:0] end_now = enable ? last_beat : end_beat;
  wire core_rst_n = enabled && rst_n;

  wire idle, exhausted, m_axi_arid, m_axi_arvalid, m_axi_rready, m_axis_tvalid;
  wire [1:0] error;
  wire [28:0] error_beat;
  wire [31:0] m_axi_araddr;
  wire [7:0] m_axi_arlen;
  wire [2:0] m_axi_arsize;
  wire [1:0] m_axi_arburst;
  wire [63:0] m_axis_tdata;
  axi_reader #(
      .BEATS(BEATS)
  ) dut (
      .clk(clk),
      .rst_n(rst_n),
      .core_rst_n(core_rst_n),
      .load(load),
      .source(source),
      .last_beat(last_beat),
      .enable(enable),
      .idle(idle),
      .exhausted(exhausted),
      .error(error),
      .error_beat(error_beat),
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
      .m_axis_tdata(m_axis_tdata),
      .m_axis_tvalid(m_axis_tvalid),
      .m_axis_tready(m_axis_tready)
  );

  wire unused = &{1'b0, m_axi_arid, m_axis_tdata};

  // The shell. loaded: a batch has its settings; begun: it runs or ran; orphaned: a reset came after it began.
  reg was_reset;
  initial begin
    settled   = 1'b0;
    enabled   = 1'b0;
    loaded    = 1'b0;
    begun     = 1'b0;
    orphaned  = 1'b1;
    was_reset = 1'b0;
  end
  wire begins = enable && !enabled;
  always @(posedge clk) begin
    settled   <= settled || !rst_n;
    was_reset <= !rst_n;
    enabled   <= enable && rst_n;
    loaded    <= rst_n && (load || (loaded && !enable));
    begun     <= rst_n && !load && (begins || begun);
    orphaned  <= !rst_n || (orphaned && !begins);
    if (enable) end_beat <= last_beat;
  end
  always @(posedge clk) begin
    assume (settled || !rst_n);
    if (load) assume (rst_n && !was_reset && !enable && !enabled && (idle || orphaned));
    if (was_reset) assume (!enable);
    if (begins) assume (loaded && idle && next <= last_beat);
    if (enabled && enable) assume (last_beat == end_beat);
  end

  // The memory: bursts that it was asked for, the oldest first, of which `left` beats are to come.
  reg [4:0] size[0:MOST];
  reg [28:0] first[0:MOST];
  reg [4:0] left;
  reg [3:0] bursts;
  wire asked = m_axi_arvalid && m_axi_arready;
  wire last = m_axi_rvalid && m_axi_rlast;
  wire [4:0] length = m_axi_arlen[4:0] + 5'd1;
  wire [3:0] behind = bursts - {3'd0, last};
  initial bursts = 4'd0;
  always @(posedge clk) begin
    if (m_axi_rvalid) assume (bursts != 4'd0);
    if (!settled) assume (!m_axi_arready);
    assume (m_axi_rlast == (left == 5'd1));
    bursts <= behind + {3'd0, asked};
    if (asked && behind == 4'd0) left <= length;
    else if (last) left <= size[1];
    else if (m_axi_rvalid) left <= left - 5'd1;
  end
  genvar i;
  generate
    for (i = 0; i <= MOST; i = i + 1) begin : g_burst
      localparam integer NEXT = i < MOST ? i + 1 : i;
      always @(posedge clk)
        if (asked && behind == i) begin
          size[i]  <= length;
          first[i] <= m_axi_araddr[31:3];
        end else if (last) begin
          size[i]  <= size[NEXT];
          first[i] <= first[NEXT];
        end
    end
  endgenerate

  // Beats that were asked for and have not come, and those in the buffer.
  reg [8:0] owed, stored;
  wire pop = core_rst_n && m_axis_tvalid && m_axis_tready;
  initial owed = 9'd0;
  always @(posedge clk) begin
    owed <= owed + (asked ? {4'd0, length} : 9'd0) - {8'd0, m_axi_rvalid};
    if (!core_rst_n) stored <= 9'd0;
    else stored <= stored + {8'd0, m_axi_rvalid} - {8'd0, pop};
  end

  wire [28:0] final_beat = next + {24'd0, length} - 29'd1;
  always @(posedge clk)
    if (load) begin
      next <= source;
      complete <= 1'b0;
    end else if (asked) begin
      next <= next + {24'd0, length};
      complete <= final_beat == end_now;
    end

  stream_properties #(
      .WIDTH(40)
  ) u_address (
      .clk(clk),
      .rst_n(rst_n),
      .settled(settled),
      .data({m_axi_araddr, m_axi_arlen}),
      .valid(m_axi_arvalid),
      .ready(m_axi_arready)
  );

  // What happened a cycle ago: a bad response, of which burst; an address on offer, or leave for one.
  reg bad, decode, counts, offered, could;
  reg [28:0] answered;
  reg [2:0] waited;
  wire room = stored + owed + {8'd0, dut.popped} <= 9'(BEATS - 16);
  always @(posedge clk) begin
    bad <= m_axi_rvalid && m_axi_rresp[1] && rst_n;
    decode <= m_axi_rresp[0];
    counts <= begun;
    answered <= first[0];
    offered <= m_axi_arvalid;
    could <= enable;
    waited <= enable && rst_n && !complete && !m_axi_arvalid && room ? waited + 3'd1 : 3'd0;
  end
  initial waited = 3'd0;

  always @(posedge clk)
    if (settled) begin
      if (m_axi_arvalid) begin
        ends_in_a_block_of_16_beats : assert (m_axi_arlen < 8'd16 && {4'd0, m_axi_araddr[6:3]} + m_axi_arlen < 8'd16);
        incr_of_8_bytes : assert (m_axi_arsize == 3'd3 && m_axi_arburst == 2'b01 && m_axi_araddr[2:0] == 3'd0);
        no_gap_and_no_beat_twice : assert (m_axi_araddr[31:3] == next);
        none_beyond_last_beat : assert (!complete && final_beat <= end_now);
        whole_blocks : assert (final_beat == end_now || final_beat[3:0] == 4'd15);
        if (!offered) asked_while_enabled : assert (could);
      end
      always_taken : assert (m_axi_rready);
      if (core_rst_n) room_for_every_beat : assert (stored + owed <= 9'(BEATS));
      bursts_on_their_way : assert (bursts < 4'(MOST));
      if (idle) idle_owes_nothing : assert (bursts == 4'd0 && owed == 9'd0 && !m_axi_arvalid);
      if (exhausted && core_rst_n) exhausted_had_all : assert (complete && owed == 9'd0 && stored == 9'd0);
      if (bad && counts) errors_are_told : assert (error == (decode ? 2'b10 : 2'b01) && error_beat == answered);
      else no_error_is_made_up : assert (error == 2'b00);
      if (waited >= 3'd3) asks_within_3_cycles : assert (m_axi_arvalid);
      had_all : cover (complete && core_rst_n && owed == 9'd0 && bad);
      on_their_way : cover (bursts == (BEATS > 16 ? 4'd2 : 4'd1) && core_rst_n && complete);
      answered_after_reset : cover (m_axi_rvalid && orphaned);
    end

  // Inside. The chain of bursts: of the one in front `left` beats are to come, the rest are whole, all but the last end with a block.
  wire [8:0] sums[0:MOST];
  assign sums[0] = bursts == 4'd0 ? 9'd0 : {4'd0, left};
  wire [28:0] after_error_beat = {dut.error_beat[28:4] + 25'd1, 4'd0};
  wire [28:0] waiting = bursts == 4'd0 ? dut.beat : first[0];
  generate
    for (i = 0; i <= MOST; i = i + 1) begin : g_chain
      localparam integer NEXT = i < MOST ? i + 1 : i;
      wire [28:0] following = {first[i][28:4] + 25'd1, 4'd0};
      if (i > 0) begin : g_sum
        assign sums[i] = sums[i-1] + (i < bursts ? {4'd0, size[i]} : 9'd0);
      end
      always @(posedge clk)
        if (i < bursts) begin
          assert (size[i] != 5'd0 && size[i] <= 5'd16);
          assert (size[i] + {1'b0, first[i][3:0]} == 5'd16 || (i + 1 == bursts && (complete || !begun)));
          if (i + 1 < bursts) assert (first[NEXT] == following);
          else if (begun) assert (dut.beat == following);
        end
    end
  endgenerate
  localparam integer POINTER_BITS = $clog2(BEATS + 1);
  wire [POINTER_BITS-1:0] kept = dut.u_buffer.g_ram.g_many.head - dut.u_buffer.g_ram.g_many.tail;
  wire [POINTER_BITS-1:0] limit = dut.u_buffer.g_ram.g_many.limit - dut.u_buffer.g_ram.g_many.tail;
  always @(posedge clk) begin
    assert (4'(dut.outstanding) == bursts + {3'd0, dut.burst_done});
    assert (bursts == 4'd0 || (left != 5'd0 && left <= size[0]));
    assert (bursts < 4'(MOST) && owed == sums[MOST]);
    if (!settled) assert (orphaned && !begun && !loaded && !enabled && bursts == 4'd0);
    if (settled) begin
      assert (limit == POINTER_BITS'(BEATS));
      assert (owed + (m_axi_arvalid ? {4'd0, length} : 9'd0) <= 9'(BEATS));
      assert (stored == {{(9 - POINTER_BITS) {1'b0}}, kept} + {8'd0, m_axis_tvalid});
      assert (!(loaded && begun) && !(enabled && !begun) && !(m_axi_arvalid && !begun));
      assert (orphaned || loaded || begun);
      if (orphaned) assert (!begun && (dut.stale || (bursts == 4'd0 && !dut.burst_done)));
      if (enabled) assert (9'(dut.reserved) <= 9'(BEATS));
      if (enabled) assert (9'(dut.reserved) == owed + (m_axi_arvalid ? {4'd0, length} : 9'd0) + stored + {8'd0, dut.popped});
      if (loaded) begin
        assert (dut.reserved == 0 && !dut.popped && !m_axis_tvalid && !dut.compared && !dut.sized && !dut.issued);
        assert (waited == 3'd0 && dut.beat == next && !complete && dut.error_beat == next);
        assert (dut.stale || (bursts == 4'd0 && !dut.burst_done));
      end
      if (begun) begin
        assert (!dut.stale && dut.issued == complete);
        if (waited != 3'd0) assert (dut.compared && (waited == 3'd1 || dut.sized));
        if (!complete) assert (dut.beat == next && next <= end_now);
        if (dut.compared) assert (dut.in_last_block == (dut.beat[28:4] == end_now[28:4]));
        if (dut.sized) assert (dut.compared && dut.length == (dut.in_last_block ? end_now[3:0] : 4'd15) - dut.beat[3:0]);
        if (m_axi_arvalid) assert (dut.sized && !dut.issued);
        assert (waiting == (dut.burst_done ? after_error_beat : dut.error_beat));
      end
    end
  end
endmodule

`default_nettype wire
