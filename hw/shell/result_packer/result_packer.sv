// Results of a batch as beats of 8 bytes: bytes, a result each; pairs of scores; or beats (loopback) as they come. The last beat has
// tlast, and strobes for the bytes that it holds.
//
// One of the three inputs has words: `pairs` and `loopback` say which, bytes if none. `taken` counts results: bytes, pairs with
// tlast, beats of the loopback; `clear` sets it to 0, at least once after power-up. After `results` of them (at least 1) none comes
// until a reset; `results`, `pairs` and `loopback` hold still meanwhile. A beat is offered three cycles after its last byte: by then it is known whether it is the last one. Bytes are
// taken one a cycle as long as a beat leaves within four cycles, beats one every four cycles.
`default_nettype none

module result_packer (
    input wire clk,
    input wire rst_n,
    input wire clear,
    input wire pairs,
    input wire loopback,
    input wire [31:0] results,
    output reg [31:0] taken,
    input wire [7:0] byte_axis_tdata,
    input wire byte_axis_tvalid,
    output wire byte_axis_tready,
    input wire [63:0] pair_axis_tdata,
    input wire pair_axis_tlast,
    input wire pair_axis_tvalid,
    output wire pair_axis_tready,
    input wire [63:0] loop_axis_tdata,
    input wire loop_axis_tvalid,
    output wire loop_axis_tready,
    output reg [63:0] m_axis_tdata,
    output wire [7:0] m_axis_tstrb,
    output reg m_axis_tlast,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  reg [2:0] place;
  reg [55:0] parts;
  reg all;
  // A beat waits (held), its last byte is counted and compared (counted), and it is offered (tvalid).
  reg held, counted;
  wire room = !held || place != 3'd7;
  wire take_byte = byte_axis_tvalid && room;
  wire take_pair = pair_axis_tvalid && !held;
  wire take_loop = loop_axis_tvalid && !held;
  // After the last byte, bytes without a strobe fill the beat.
  wire shift = take_byte || (all && place != 3'd0 && room);
  wire full = take_pair || take_loop || (shift && place == 3'd7);
  wire leave = m_axis_tvalid && m_axis_tready;

  assign byte_axis_tready = room;
  assign pair_axis_tready = !held;
  assign loop_axis_tready = !held;
  assign m_axis_tstrb = m_axis_tlast && !pairs && !loopback && results[2:0] != 3'd0 ? ~(8'hff << results[2:0]) : 8'hff;

  always @(posedge clk)
    if (clear) taken <= 32'd0;
    else if (take_byte || take_loop || (take_pair && pair_axis_tlast)) taken <= taken + 32'd1;

  always @(posedge clk)
    if (!rst_n) begin
      place <= 3'd0;
      all <= 1'b0;
      held <= 1'b0;
      counted <= 1'b0;
      m_axis_tvalid <= 1'b0;
      m_axis_tlast <= 1'b0;
    end else begin
      all <= taken == results;
      if (shift) place <= place + 3'd1;
      held <= full || (held && !leave);
      counted <= held && !leave;
      m_axis_tvalid <= counted && !leave;
      // The last beat has no bytes behind it, and none will come.
      if (!m_axis_tvalid) m_axis_tlast <= all && place == 3'd0;
    end

  always @(posedge clk) begin
    if (shift) parts <= {byte_axis_tdata, parts[55:8]};
    if (full) m_axis_tdata <= loopback ? loop_axis_tdata : pairs ? pair_axis_tdata : {byte_axis_tdata, parts};
  end
endmodule

`default_nettype wire
