// The first `results` bytes of a stream to beats of 8 bytes; the last beat has tlast and strobes for the bytes that it holds.
//
// Bytes beyond are taken and dropped. `taken` counts, up to `results`; `clear` sets it to 0, at least once after power-up.
// `results` holds still while bytes come.
`default_nettype none

module byte_packer (
    input wire clk,
    input wire rst_n,
    input wire clear,
    input wire [31:0] results,
    output reg [31:0] taken,
    input wire [7:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output reg [63:0] m_axis_tdata,
    output wire [7:0] m_axis_tstrb,
    output wire m_axis_tlast,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  reg [2:0] place;
  reg [55:0] parts;
  wire all = taken == results;
  wire room = !m_axis_tvalid || m_axis_tready || place != 3'd7;
  wire take = s_axis_tvalid && room && !all;
  // After the last byte, bytes without a strobe fill the beat.
  wire shift = take || (all && place != 3'd0 && room);
  wire full = shift && place == 3'd7;

  assign s_axis_tready = room;
  // A beat waits beside the bytes that came after it: it is the last when there are none and none will come.
  assign m_axis_tlast = all && place == 3'd0;
  assign m_axis_tstrb = m_axis_tlast && results[2:0] != 3'd0 ? ~(8'hff << results[2:0]) : 8'hff;

  always @(posedge clk)
    if (clear) taken <= 32'd0;
    else if (take) taken <= taken + 32'd1;

  always @(posedge clk)
    if (!rst_n) begin
      place <= 3'd0;
      m_axis_tvalid <= 1'b0;
    end else begin
      if (shift) place <= place + 3'd1;
      m_axis_tvalid <= full || (m_axis_tvalid && !m_axis_tready);
    end

  always @(posedge clk) begin
    if (shift) parts <= {s_axis_tdata, parts[55:8]};
    if (full) m_axis_tdata <= {s_axis_tdata, parts};
  end
endmodule

`default_nettype wire
