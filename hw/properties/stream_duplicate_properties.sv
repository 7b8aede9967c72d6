// Every word comes out of both outputs, in order, each once and unchanged. Resets come at any time; what an output does with a word
// is its own affair, but the next word enters only when both have taken theirs.
`default_nettype none

module stream_duplicate_properties #(
    parameter integer WIDTH = 3
) (
    input wire clk,
    input wire rst_n,
    input wire [WIDTH-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    input wire m0_axis_tready,
    input wire m1_axis_tready
);
  wire s_axis_tready, m0_axis_tvalid, m1_axis_tvalid;
  wire [WIDTH-1:0] m0_axis_tdata, m1_axis_tdata;
  stream_duplicate #(
      .WIDTH(WIDTH)
  ) dut (
      .clk(clk),
      .rst_n(rst_n),
      .s_axis_tdata(s_axis_tdata),
      .s_axis_tvalid(s_axis_tvalid),
      .s_axis_tready(s_axis_tready),
      .m0_axis_tdata(m0_axis_tdata),
      .m0_axis_tvalid(m0_axis_tvalid),
      .m0_axis_tready(m0_axis_tready),
      .m1_axis_tdata(m1_axis_tdata),
      .m1_axis_tvalid(m1_axis_tvalid),
      .m1_axis_tready(m1_axis_tready)
  );

  reg settled;
  initial settled = 1'b0;
  always @(posedge clk) settled <= settled || !rst_n;

  stream_properties #(
      .WIDTH(WIDTH)
  ) u_output0 (
      .clk(clk),
      .rst_n(rst_n),
      .settled(settled),
      .data(m0_axis_tdata),
      .valid(m0_axis_tvalid),
      .ready(m0_axis_tready)
  );
  stream_properties #(
      .WIDTH(WIDTH)
  ) u_output1 (
      .clk(clk),
      .rst_n(rst_n),
      .settled(settled),
      .data(m1_axis_tdata),
      .valid(m1_axis_tvalid),
      .ready(m1_axis_tready)
  );

  // The last word that came in, and whether each output still owes it.
  reg owes0, owes1;
  reg  [WIDTH-1:0] word;
  wire push = s_axis_tvalid && s_axis_tready;

  always @(posedge clk)
    if (!rst_n) begin
      owes0 <= 1'b0;
      owes1 <= 1'b0;
    end else begin
      owes0 <= push || (owes0 && !(m0_axis_tvalid && m0_axis_tready));
      owes1 <= push || (owes1 && !(m1_axis_tvalid && m1_axis_tready));
      if (push) word <= s_axis_tdata;
    end

  always @(posedge clk)
    if (settled) begin
      // Owed words are on offer at once, others never.
      owed_by_output0 : assert (m0_axis_tvalid == owes0);
      owed_by_output1 : assert (m1_axis_tvalid == owes1);
      if (owes0) unchanged_at_output0 : assert (m0_axis_tdata == word);
      if (owes1) unchanged_at_output1 : assert (m1_axis_tdata == word);
      // No word is lost: one enters as soon as both outputs have no use for the last, and not before.
      enters_when_both_have_gone : assert (s_axis_tready == ((!owes0 || m0_axis_tready) && (!owes1 || m1_axis_tready)));
      first_waits : cover (owes0 && !owes1);
      second_waits : cover (!owes0 && owes1 && push);
    end
endmodule

`default_nettype wire
