// Beats of 8 bytes to words of LANES bytes, in order; the side with more words moves one a cycle.
//
// Where neither of 8 and LANES divides the other: a gearbox to the least multiple of LANES that is not below 8, and from there down.
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

    if (8 % LANES == 0 || LANES % 8 == 0) begin : g_even
      width_converter #(
          .ELEMENT_BITS(8),
          .IN_ELEMENTS(8),
          .OUT_ELEMENTS(LANES)
      ) u_convert (
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
      localparam integer BYTES = (8 + LANES - 1) / LANES * LANES;
      wire [8*BYTES-1:0] tdata;
      wire tvalid, tready;

      byte_gearbox #(
          .BYTES(BYTES)
      ) u_gearbox (
          .clk(clk),
          .rst_n(rst_n),
          .s_axis_tdata(s_axis_tdata),
          .s_axis_tvalid(s_axis_tvalid),
          .s_axis_tready(s_axis_tready),
          .m_axis_tdata(tdata),
          .m_axis_tvalid(tvalid),
          .m_axis_tready(tready)
      );

      if (LANES > 8) begin : g_wide
        assign m_axis_tdata = tdata;
        assign m_axis_tvalid = tvalid;
        assign tready = m_axis_tready;
      end else begin : g_narrow
        width_converter #(
            .ELEMENT_BITS(8),
            .IN_ELEMENTS(BYTES),
            .OUT_ELEMENTS(LANES)
        ) u_convert (
            .clk(clk),
            .rst_n(rst_n),
            .s_axis_tdata(tdata),
            .s_axis_tvalid(tvalid),
            .s_axis_tready(tready),
            .m_axis_tdata(m_axis_tdata),
            .m_axis_tvalid(m_axis_tvalid),
            .m_axis_tready(m_axis_tready)
        );
      end
    end
  endgenerate
endmodule

`default_nettype wire
