// A fifo of DEPTH words, or of one less if memory/shorter.mem names this one's INDEX: one build of the accelerator tries them all.
`default_nettype none

module shorter_fifo #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH = 3,
    parameter integer BLOCK = 0,
    parameter integer HALF = 0,
    parameter integer INDEX = 0
) (
    input wire clk,
    input wire rst_n,
    input wire [(WIDTH+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [(WIDTH+7)/8*8-1:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready
);
  reg [31:0] chosen[0:0];
  initial $readmemh("memory/shorter.mem", chosen);
  wire less = chosen[0] == INDEX;

  wire [1:0] ready, valid;
  localparam integer PORT = (WIDTH + 7) / 8 * 8;
  wire [2*PORT-1:0] data;
  assign s_axis_tready = ready[less];
  assign m_axis_tvalid = valid[less];
  assign m_axis_tdata  = data[less*PORT+:PORT];

  genvar i;
  generate
    for (i = 0; i < 2; i = i + 1) begin : g_depth
      fifo #(
          .WIDTH(WIDTH),
          .DEPTH(DEPTH - i),
          .BLOCK(BLOCK),
          .HALF(HALF)
      ) queue (
          .clk(clk),
          .rst_n(rst_n),
          .s_axis_tdata(s_axis_tdata),
          .s_axis_tvalid(s_axis_tvalid && less == i),
          .s_axis_tready(ready[i]),
          .m_axis_tdata(data[i*PORT+:PORT]),
          .m_axis_tvalid(valid[i]),
          .m_axis_tready(m_axis_tready && less == i)
      );
    end
  endgenerate
endmodule

`default_nettype wire
