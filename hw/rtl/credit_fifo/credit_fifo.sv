// The end of a section of units that never wait: a queue of DEPTH words of WIDTH bits, padded with 0 to bytes at the ports.
//
// It takes every word: the credit_gate before the section lets no more in than fit. `credit` follows, a cycle later, a word that left.
// DEPTH 1 is a register, which a word reaches in a cycle; else it is a fifo.
`default_nettype none

module credit_fifo #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH = 16,
    parameter integer BLOCK = 0
) (
    input wire clk,
    input wire rst_n,
    output reg credit,
    input wire [(WIDTH+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire [(WIDTH+7)/8*8-1:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer PORT = (WIDTH + 7) / 8 * 8;

  generate
    if (WIDTH < 1) begin : g_illegal_width
      ILLEGAL_WIDTH_below_one_in_credit_fifo u ();
    end
    if (DEPTH < 1) begin : g_illegal_depth
      ILLEGAL_DEPTH_below_one_in_credit_fifo u ();
    end
  endgenerate

  always @(posedge clk)
    if (!rst_n) credit <= 1'b0;
    else credit <= m_axis_tvalid && m_axis_tready;

  generate
    if (DEPTH <= 1) begin : g_register
      reg [WIDTH-1:0] word;
      reg full;
      wire unused = &{1'b0, s_axis_tdata};
      assign m_axis_tvalid = full;
      always @(posedge clk)
        if (!rst_n) full <= 1'b0;
        else full <= s_axis_tvalid || (full && !m_axis_tready);
      always @(posedge clk) if (s_axis_tvalid) word <= s_axis_tdata[WIDTH-1:0];
      if (PORT > WIDTH) begin : g_pad
        assign m_axis_tdata = {{(PORT - WIDTH) {1'b0}}, word};
      end else begin : g_full
        assign m_axis_tdata = word;
      end
    end else begin : g_queue
      wire ready;
      wire unused = &{1'b0, ready};
      fifo #(
          .WIDTH(WIDTH),
          .DEPTH(DEPTH),
          .BLOCK(BLOCK)
      ) queue (
          .clk(clk),
          .rst_n(rst_n),
          .s_axis_tdata(s_axis_tdata),
          .s_axis_tvalid(s_axis_tvalid),
          .s_axis_tready(ready),
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready)
      );
    end
  endgenerate
endmodule

`default_nettype wire
