// No more words in a section, and in the credit_fifo behind it, than the FIFO holds: whatever the latency of the section is.
//
// A word is owed from when the gate lets in the word that completes it (those of the padding: with the window's last word) until it
// leaves the FIFO, at any time after. `credit` follows a cycle later. Resets come at any time.
`default_nettype none

module credit_gate_properties #(
    parameter integer WIDTH = 3,
    parameter integer WORDS = 4,
    parameter integer STEPS = 6,
    parameter integer FIRST = 2,
    parameter integer STRIDE = 2,
    parameter integer CREDITS = 3
) (
    input wire clk,
    input wire rst_n,
    input wire [(WIDTH+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    input wire leaves
);
  localparam integer INDEX_BITS = $clog2(STEPS + 1);

  reg credit;
  wire s_axis_tready, m_axis_tvalid;
  wire [(WIDTH+7)/8*8-1:0] m_axis_tdata;
  credit_gate #(
      .WIDTH(WIDTH),
      .WORDS(WORDS),
      .STEPS(STEPS),
      .FIRST(FIRST),
      .STRIDE(STRIDE),
      .CREDITS(CREDITS)
  ) dut (
      .clk(clk),
      .rst_n(rst_n),
      .credit(credit),
      .s_axis_tdata(s_axis_tdata),
      .s_axis_tvalid(s_axis_tvalid),
      .s_axis_tready(s_axis_tready),
      .m_axis_tdata(m_axis_tdata),
      .m_axis_tvalid(m_axis_tvalid)
  );

  reg settled;
  initial settled = 1'b0;
  always @(posedge clk) settled <= settled || !rst_n;

  // Which steps complete a word, by the definition: FIRST - 1, and every STRIDE-th after it.
  wire [(1<<INDEX_BITS)-1:0] completes;
  wire [7:0] from[0:(1<<INDEX_BITS)-1];
  genvar s;
  generate
    for (s = STEPS; s < 1 << INDEX_BITS; s = s + 1) begin : g_none
      assign completes[s] = 1'b0;
      assign from[s] = 8'd0;
    end
    for (s = 0; s < STEPS; s = s + 1) begin : g_step
      assign completes[s] = s >= FIRST - 1 && (s - FIRST + 1) % STRIDE == 0;
      assign from[s] = from[s+1] + {7'd0, completes[s]};
    end
  endgenerate

  wire take = s_axis_tvalid && s_axis_tready;
  reg [7:0] place, owed, resting, idle;
  wire last_word = place == 8'(WORDS - 1);
  wire [7:0] gains = !take ? 8'd0 : last_word ? from[WORDS-1] : {7'd0, completes[place[INDEX_BITS-1:0]]};
  always @(posedge clk)
    if (!rst_n) begin
      {place, owed, resting, idle} <= 32'd0;
      credit <= 1'b0;
    end else begin
      credit <= leaves;
      owed <= owed + gains - {7'd0, leaves};
      if (take) place <= last_word ? 8'd0 : place + 8'd1;
      resting <= take && last_word ? 8'(STEPS - WORDS) : resting - {7'd0, resting != 8'd0};
      idle <= owed == 8'd0 && resting == 8'd0 && !s_axis_tready ? idle + 8'd1 : 8'd0;
    end
  always @(posedge clk) if (leaves) assume (owed != 8'd0);

  always @(posedge clk)
    if (settled) begin
      the_fifo_has_room : assert (owed <= 8'(CREDITS));
      what_enters_goes_on_at_once : assert (m_axis_tvalid == take && m_axis_tdata == s_axis_tdata);
      padding_has_its_cycles : assert (!(s_axis_tready && resting != 8'd0));
      opens_when_all_have_left : assert (idle < 8'd2);
      full : cover (owed == 8'(CREDITS) && !s_axis_tready);
      second_window : cover (take && last_word && owed == 8'd0);
    end

  // Inside: words that the gate counts are those that are owed, but for the padding's to come and a credit on its way.
  wire [7:0] step = resting != 8'd0 ? 8'(STEPS) - resting : place;
  wire [7:0] used = 8'(dut.used) - 8'(dut.UNUSED);
  always @(posedge clk)
    if (settled) begin
      assert (place < 8'(WORDS) && resting <= 8'(STEPS - WORDS) && (resting == 8'd0 || place == 8'd0));
      assert (used + (resting != 8'd0 ? from[step[INDEX_BITS-1:0]] : 8'd0) == owed + {7'd0, credit});
      assert (used <= 8'(dut.LIMIT) + 8'(dut.RESERVE));
      assert (s_axis_tready == (used < 8'(dut.LIMIT) && resting == 8'd0));
      assert (idle == 8'd0 || !credit);
    end
  generate
    if (STEPS > WORDS || FIRST > 1 || STRIDE > 1) begin : g_steps
      wire [7:0] since = (step - 8'(FIRST - 1)) % 8'(STRIDE);
      wire [7:0] to_go = step < 8'(FIRST) ? 8'(FIRST - 1) - step : since == 8'd0 ? 8'd0 : 8'(STRIDE) - since;
      always @(posedge clk)
        if (settled) begin
          assert (8'(dut.g_steps.index) == step && 8'(dut.g_steps.countdown) == to_go);
          assert (dut.g_steps.padded == (resting != 8'd0));
        end
    end
  endgenerate
endmodule

`default_nettype wire
