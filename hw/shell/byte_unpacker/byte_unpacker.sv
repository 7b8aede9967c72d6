// Beats of 8 bytes to words of LANES bytes, in order; the side with more words moves one a cycle, and no word waits for more beats
// than hold its bytes.
`default_nettype none

module byte_unpacker #(
    parameter integer LANES = 1
) (
    input wire clk,
    input wire rst_n,
    input wire [63:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [8*LANES-1:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready
);
  generate
    if (LANES < 1) begin : g_illegal_lanes
      ILLEGAL_LANES_below_one_in_byte_unpacker u ();
    end

    if (LANES < 8) begin : g_narrow
      byte_splitter #(
          .BYTES(LANES)
      ) u_splitter (
          .clk(clk),
          .rst_n(rst_n),
          .s_axis_tdata(s_axis_tdata),
          .s_axis_tvalid(s_axis_tvalid),
          .s_axis_tready(s_axis_tready),
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready)
      );
    end else if (LANES % 8 == 0) begin : g_whole
      width_converter #(
          .ELEMENT_BITS(8),
          .IN_ELEMENTS(8),
          .OUT_ELEMENTS(LANES)
      ) u_converter (
          .clk(clk),
          .rst_n(rst_n),
          .s_axis_tdata(s_axis_tdata),
          .s_axis_tvalid(s_axis_tvalid),
          .s_axis_tready(s_axis_tready),
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready)
      );
    end else begin : g_odd
      byte_gearbox #(
          .BYTES(LANES)
      ) u_gearbox (
          .clk(clk),
          .rst_n(rst_n),
          .s_axis_tdata(s_axis_tdata),
          .s_axis_tvalid(s_axis_tvalid),
          .s_axis_tready(s_axis_tready),
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready)
      );
    end
  endgenerate
endmodule

`default_nettype wire
