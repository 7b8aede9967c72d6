// Every word of WIDTH bits to both outputs. Each output may be taken alone; the next word enters once both have gone.
`default_nettype none

module stream_duplicate #(
    parameter integer WIDTH = 8
) (
    input wire clk,
    input wire rst_n,
    input wire [WIDTH-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [WIDTH-1:0] m0_axis_tdata,
    output reg m0_axis_tvalid,
    input wire m0_axis_tready,
    output wire [WIDTH-1:0] m1_axis_tdata,
    output reg m1_axis_tvalid,
    input wire m1_axis_tready
);
  generate
    if (WIDTH < 1) begin : g_illegal_width
      ILLEGAL_WIDTH_below_one_in_stream_duplicate u ();
    end
  endgenerate

  reg [WIDTH-1:0] word;
  wire free0 = !m0_axis_tvalid || m0_axis_tready;
  wire free1 = !m1_axis_tvalid || m1_axis_tready;
  wire take = s_axis_tvalid && s_axis_tready;

  assign s_axis_tready = free0 && free1;
  assign m0_axis_tdata = word;
  assign m1_axis_tdata = word;

  always @(posedge clk)
    if (!rst_n) begin
      m0_axis_tvalid <= 1'b0;
      m1_axis_tvalid <= 1'b0;
    end else begin
      if (free0) m0_axis_tvalid <= take;
      if (free1) m1_axis_tvalid <= take;
    end

  always @(posedge clk) if (take) word <= s_axis_tdata;
endmodule

`default_nettype wire
