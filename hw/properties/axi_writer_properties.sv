// Bursts of axi_writer: their rules, one after the other from `destination` on, each beat once, unchanged, with its strobes, WLAST at
// the end of each burst.
//
// Any beat is watched (`pick` is free) until it is written. Assumed of the shell: `load` and `enable` as a batch has them (as in
// axi_reader_properties), beats only while the core runs and none behind the last. Assumed of the memory: it answers a burst when it
// has address and data, in order, and is not reset with the unit. Resets come at any time but one (below).
`default_nettype none

module axi_writer_properties #(
    parameter integer OUTSTANDING = 4
) (
    input wire clk,
    input wire rst_n,
    input wire pick,
    input wire load,
    input wire [28:0] destination,
    input wire enable,
    input wire [63:0] s_axis_tdata,
    input wire [7:0] s_axis_tstrb,
    input wire s_axis_tlast,
    input wire s_axis_tvalid,
    input wire m_axi_awready,
    input wire m_axi_wready,
    input wire m_axi_bid,
    input wire [1:0] m_axi_bresp,
    input wire m_axi_bvalid
);
  wire idle, complete, beyond, s_axis_tready, m_axi_awid, m_axi_awvalid, m_axi_wlast, m_axi_wvalid, m_axi_bready;
  wire [ 1:0] error;
  wire [28:0] error_beat;
  wire [31:0] m_axi_awaddr;
  wire [7:0] m_axi_awlen, m_axi_wstrb;
  wire [ 2:0] m_axi_awsize;
  wire [ 1:0] m_axi_awburst;
  wire [63:0] m_axi_wdata;
  axi_writer #(
      .OUTSTANDING(OUTSTANDING)
  ) dut (
      .clk(clk),
      .rst_n(rst_n),
      .load(load),
      .destination(destination),
      .enable(enable),
      .idle(idle),
      .complete(complete),
      .beyond(beyond),
      .error(error),
      .error_beat(error_beat),
      .s_axis_tdata(s_axis_tdata),
      .s_axis_tstrb(s_axis_tstrb),
      .s_axis_tlast(s_axis_tlast),
      .s_axis_tvalid(s_axis_tvalid),
      .s_axis_tready(s_axis_tready),
      .m_axi_awid(m_axi_awid),
      .m_axi_awaddr(m_axi_awaddr),
      .m_axi_awlen(m_axi_awlen),
      .m_axi_awsize(m_axi_awsize),
      .m_axi_awburst(m_axi_awburst),
      .m_axi_awvalid(m_axi_awvalid),
      .m_axi_awready(m_axi_awready),
      .m_axi_wdata(m_axi_wdata),
      .m_axi_wstrb(m_axi_wstrb),
      .m_axi_wlast(m_axi_wlast),
      .m_axi_wvalid(m_axi_wvalid),
      .m_axi_wready(m_axi_wready),
      .m_axi_bid(m_axi_bid),
      .m_axi_bresp(m_axi_bresp),
      .m_axi_bvalid(m_axi_bvalid),
      .m_axi_bready(m_axi_bready)
  );

  // The shell. loaded: a batch has its settings; begun: it runs or ran; orphaned: a reset came after it began; ended: its last beat came.
  reg settled, was_reset, enabled, loaded, begun, orphaned, ended;
  initial begin
    settled   = 1'b0;
    was_reset = 1'b0;
    enabled   = 1'b0;
    loaded    = 1'b0;
    begun     = 1'b0;
    orphaned  = 1'b1;
  end
  wire take = s_axis_tvalid && s_axis_tready;
  wire begins = enable && !enabled;
  always @(posedge clk) begin
    settled   <= settled || !rst_n;
    was_reset <= !rst_n;
    enabled   <= enable && rst_n;
    loaded    <= rst_n && (load || (loaded && !enable));
    begun     <= rst_n && !load && (begins || begun);
    orphaned  <= !rst_n || (orphaned && !begins);
    ended     <= !load && (ended || (take && s_axis_tlast));
  end
  always @(posedge clk) begin
    assume (settled || !rst_n);
    if (load) assume (rst_n && !was_reset && !enable && !enabled && (idle || orphaned));
    if (was_reset) assume (!enable);
    if (begins) assume (loaded && idle);
    if (s_axis_tvalid) assume (begun && rst_n && !ended && !load);
  end

  // Data on their way to the memory: beats to come of the burst at hand and of the one behind it, whose address is on offer.
  reg [4:0] due, later;
  reg  offered;
  wire asked = m_axi_awvalid && m_axi_awready;
  wire written = m_axi_wvalid && m_axi_wready;
  wire opens = m_axi_awvalid && !offered;
  wire [4:0] length = m_axi_awlen[4:0] + 5'd1;
  wire [4:0] rest = due - {4'd0, written};
  initial begin
    due = 5'd0;
    later = 5'd0;
    offered = 1'b0;
  end
  always @(posedge clk) begin
    offered <= rst_n && m_axi_awvalid && !m_axi_awready;
    if (!rst_n) {due, later} <= 10'd0;
    else if (rest == 5'd0) {due, later} <= {opens ? length : later, 5'd0};
    else {due, later} <= {rest, opens ? length : later};
  end

  // The memory: bursts whose address it has and that are not answered, the oldest first, and bursts whose data it has.
  reg [28:0] first[0:OUTSTANDING];
  reg [3:0] bursts, filled;
  wire [3:0] behind = bursts - {3'd0, m_axi_bvalid};
  initial begin
    bursts = 4'd0;
    filled = 4'd0;
  end
  always @(posedge clk) begin
    if (!settled) assume (!m_axi_awready && !m_axi_wready);
    if (m_axi_bvalid) assume (filled != 4'd0 && bursts != 4'd0);
    bursts <= behind + {3'd0, asked};
    filled <= filled + {3'd0, written && m_axi_wlast} - {3'd0, m_axi_bvalid};
  end
  genvar i;
  generate
    for (i = 0; i <= OUTSTANDING; i = i + 1) begin : g_burst
      localparam integer NEXT = i < OUTSTANDING ? i + 1 : i;
      always @(posedge clk)
        if (asked && behind == i) first[i] <= m_axi_awaddr[31:3];
        else if (m_axi_bvalid) first[i] <= first[NEXT];
    end
  endgenerate

  // No reset while it has data of a burst, but not the address: it would take them for the next burst's.
  reg  early;
  wire before_address = m_axi_awvalid && !opens && later == 5'd0 && written;
  initial early = 1'b0;
  always @(posedge clk) begin
    early <= !asked && (early || before_address);
    assume (rst_n || asked || !(early || before_address));
  end

  // Beats inside, and where the next burst begins.
  reg [ 6:0] stored;
  reg [29:0] next;
  always @(posedge clk)
    if (load) begin
      stored <= 7'd0;
      next   <= {1'b0, destination};
    end else begin
      stored <= stored + {6'd0, take} - {6'd0, written};
      if (asked) next <= next + {25'd0, length};
    end

  // A beat is watched from when it is taken until it is written.
  reg watching, watched_last;
  reg [ 6:0] ahead;
  reg [63:0] watched;
  reg [ 7:0] watched_strobes;
  always @(posedge clk)
    if (!rst_n || load) watching <= 1'b0;
    else if (!watching) begin
      watching <= take && pick;
      watched <= s_axis_tdata;
      watched_last <= s_axis_tlast;
      watched_strobes <= s_axis_tlast ? s_axis_tstrb : 8'hff;
      ahead <= stored - {6'd0, written};
    end else if (written) begin
      watching <= ahead != 7'd0;
      ahead <= ahead - 7'd1;
    end

  stream_properties #(
      .WIDTH(40)
  ) u_address (
      .clk(clk),
      .rst_n(rst_n),
      .settled(settled),
      .data({m_axi_awaddr, m_axi_awlen}),
      .valid(m_axi_awvalid),
      .ready(m_axi_awready)
  );
  stream_properties #(
      .WIDTH(73)
  ) u_data (
      .clk(clk),
      .rst_n(rst_n),
      .settled(settled),
      .data({m_axi_wdata, m_axi_wstrb, m_axi_wlast}),
      .valid(m_axi_wvalid),
      .ready(m_axi_wready)
  );

  // What happened a cycle ago: a bad response, of which burst; leave for an address; a beat within a burst; reason to ask.
  reg bad, decode, counts, could, amid;
  reg [28:0] answered;
  reg [1:0] waited;
  wire reason = (ended && stored != 7'd0) || stored >= 7'd16;
  initial waited = 2'd0;
  always @(posedge clk) begin
    bad <= m_axi_bvalid && m_axi_bresp[1] && rst_n;
    decode <= m_axi_bresp[0];
    counts <= begun;
    answered <= first[0];
    could <= enable;
    amid <= written && !m_axi_wlast && rst_n;
    if (reason && enable && begun && rst_n && !beyond && !m_axi_awvalid && due == 5'd0 && bursts < 4'(OUTSTANDING)) waited <= waited + 2'd1;
    else waited <= 2'd0;
  end

  wire [28:0] following = {dut.beat[28:4] + 25'd1, 4'd0};
  wire [29:0] final_beat = next + {25'd0, length} - 30'd1;
  wire unused = &{1'b0, m_axi_awid, final_beat, following};

  always @(posedge clk)
    if (settled) begin
      if (m_axi_awvalid) begin
        ends_in_a_block_of_16_beats : assert (m_axi_awlen < 8'd16 && {4'd0, m_axi_awaddr[6:3]} + m_axi_awlen < 8'd16);
        incr_of_8_bytes : assert (m_axi_awsize == 3'd3 && m_axi_awburst == 2'b01 && m_axi_awaddr[2:0] == 3'd0);
        no_gap_and_no_beat_twice : assert ({1'b0, m_axi_awaddr[31:3]} == next);
        not_beyond_the_address_space : assert (!final_beat[29]);
        whole_blocks_but_the_last : assert (final_beat[3:0] == 4'd15 || ended);
      end
      if (opens) asked_while_enabled : assert (could);
      if (opens) all_its_beats_are_here : assert (stored >= {2'd0, length} + {6'd0, m_axi_wvalid});
      if (m_axi_wvalid) data_not_before_their_address : assert (due != 5'd0);
      if (m_axi_wvalid) wlast_at_the_last_beat : assert (m_axi_wlast == (due == 5'd1));
      if (amid) data_without_a_pause : assert (m_axi_wvalid);
      if (watching && ahead == 7'd0 && m_axi_wvalid) in_order : assert (m_axi_wdata == watched && m_axi_wstrb == watched_strobes);
      if (begun) no_overflow : assert (stored <= 7'd33);
      bursts_on_their_way : assert (bursts + {3'd0, m_axi_awvalid} <= 4'(OUTSTANDING));
      answers_are_taken : assert (m_axi_bready);
      if (idle) idle_owes_nothing : assert (bursts == 4'd0 && !m_axi_awvalid);
      if (complete && begun) complete_has_written_all : assert (ended && stored == 7'd0 && bursts == 4'd0);
      if (beyond && begun) beyond_the_address_space_is_told : assert (next[29]);
      if (bad && counts) errors_are_told : assert (error == (decode ? 2'b10 : 2'b01) && error_beat == answered);
      else no_error_is_made_up : assert (error == 2'b00);
      if (waited == 2'd2) asks_within_2_cycles : assert (m_axi_awvalid);
      if (begun && !ended) refuses_only_when_full : assert (s_axis_tready || stored > 7'd16);
      wrote_all : cover (complete && begun && watched_last && ended);
      answered_after_reset : cover (m_axi_bvalid && orphaned);
    end

  // Inside. Where the next beat is read, and how many are in the RAM; the place in it of the watched one.
  wire [4:0] read_at = dut.sending ? dut.tail : m_axi_awvalid ? following[4:0] : dut.beat[4:0];
  wire [3:0] last_place = dut.in_last_block ? dut.last_place : 4'd15;
  wire [6:0] kept = stored - {6'd0, m_axi_wvalid};
  wire [6:0] inner = ahead - {6'd0, m_axi_wvalid};
  wire [4:0] opened = opens ? length : 5'd0;
  wire queued = begun && watching && !(m_axi_wvalid && ahead == 7'd0);
  reg [4:0] spot;
  reg over;
  always @(posedge clk) begin
    if (!watching) spot <= dut.head;
    over <= !load && (over || (asked && dut.in_last_block));
  end

  wire [28:0] after_error_beat = {dut.error_beat[28:4] + 25'd1, 4'd0};
  wire [28:0] waiting = bursts == 4'd0 ? dut.beat[28:0] : first[0];
  generate
    for (i = 0; i <= OUTSTANDING; i = i + 1) begin : g_chain
      localparam integer NEXT = i < OUTSTANDING ? i + 1 : i;
      wire [28:0] block = {first[i][28:4] + 25'd1, 4'd0};
      always @(posedge clk)
        if (i < bursts && begun) begin
          if (i + 1 < bursts) assert (first[NEXT] == block);
          else assert (dut.beat[28:0] == block);
        end
    end
  endgenerate

  always @(posedge clk) begin
    assert (4'(dut.outstanding) == bursts + {3'd0, dut.answered} && 4'(dut.outstanding) <= 4'(OUTSTANDING));
    if (!settled) assert (orphaned && !begun && !loaded && !enabled && bursts == 4'd0 && filled == 4'd0 && !dut.answered);
    if (settled) begin
      assert (!(loaded && begun) && !(enabled && !begun) && (orphaned || loaded || begun));
      if (orphaned) assert (!begun && (dut.stale || (bursts == 4'd0 && !dut.answered)));
      if (!begun) assert (!m_axi_awvalid && !m_axi_wvalid && !dut.sending && due == 5'd0 && later == 5'd0);
      if (!begun) assert (waited == 2'd0 && filled <= bursts);
      if (loaded) begin
        assert (next == dut.beat && dut.error_beat == next[28:0] && !next[29] && dut.head == next[4:0]);
        assert (stored == 7'd0 && !ended && !over && !watching && dut.closed == 2'd0 && !dut.last_closed);
        assert (dut.stale || (bursts == 4'd0 && !dut.answered));
      end
      if (begun) begin
        assert (!dut.stale && dut.last_closed == ended && dut.closed != 2'd3);
        assert (filled + {3'd0, due != 5'd0} + {3'd0, later != 5'd0} + {3'd0, opens} == bursts + {3'd0, m_axi_awvalid});
        assert (waiting == (dut.answered ? after_error_beat : dut.error_beat));
        // Data on their way: those that are still to be read, and the one in the output register.
        assert (due + later + opened == (dut.sending ? {1'b0, last_place - dut.tail[3:0]} + 5'd1 : 5'd0) + {4'd0, m_axi_wvalid});
        if (later != 5'd0 || (opens && due != 5'd0)) assert (due == 5'd1 && m_axi_wvalid && m_axi_wlast);
        if (later != 5'd0) assert (m_axi_awvalid || dut.sending);
        if (m_axi_awvalid && !opens && !early) assert ((later != 5'd0 ? later : due) == length);
        if (dut.sending) assert (last_place >= dut.tail[3:0] && dut.closed != 2'd0);
        if (dut.sending) assert (dut.in_last_block == (ended && dut.closed == 2'd1));
        if (opens) assert (dut.sending && dut.tail == dut.beat[4:0]);
        if (m_axi_awvalid) assert (!over && last_place >= dut.beat[3:0] && length == {1'b0, last_place - dut.beat[3:0]} + 5'd1);
        if (m_axi_awvalid && dut.sending) assert (dut.tail[4] == dut.beat[4] && dut.tail[3:0] >= dut.beat[3:0]);
        if (m_axi_awvalid && dut.in_last_block) assert (ended && dut.closed == (dut.sending ? 2'd1 : 2'd0));
        if (over) assert (ended && (dut.sending ? dut.in_last_block && dut.closed == 2'd1 : dut.closed == 2'd0));
        else assert (dut.beat == next);
        if (!over && dut.sending && !m_axi_awvalid) assert (dut.beat[4] != dut.tail[4] && dut.beat[3:0] == 4'd0);
        // The RAM: an open block, and closed ones before it.
        if (!ended) begin
          assert (kept == {1'b0, dut.closed, 4'd0} + {3'd0, dut.head[3:0]} - {3'd0, read_at[3:0]});
          assert (dut.head[4] == (read_at[4] ^ dut.closed[0]) && (dut.closed != 2'd2 || dut.head[3:0] == 4'd0));
        end else if (dut.closed == 2'd0) assert (kept == 7'd0);
        else begin
          assert (kept == {1'b0, dut.closed - 2'd1, 4'd0} + {3'd0, dut.last_place} - {3'd0, read_at[3:0]} + 7'd1);
          assert (dut.closed != 2'd1 || dut.last_place >= read_at[3:0]);
        end
        assert (kept <= 7'd32 && filled <= 4'(OUTSTANDING));
        if (watching) assert (ahead < stored);
        if (queued) begin
          assert (dut.ram[spot] == watched && inner < kept && spot == read_at + inner[4:0]);
          if (watched_last) assert (ended && inner == kept - 7'd1 && dut.last_strobes == watched_strobes && dut.last_place == spot[3:0]);
          else assert (watched_strobes == 8'hff && !(ended && inner == kept - 7'd1));
        end
      end
    end
  end
endmodule

`default_nettype wire
