// Beats of 8 bytes to words of BYTES bytes, in order, a word a cycle. BYTES from 1 to 7.
//
// A word is cut out of the beat at hand and, where it passes its end, the beat behind it. The last word does not wait for a beat that
// it needs nothing of. Places are counted in units of gcd(8, BYTES) bytes.
`default_nettype none

module byte_splitter #(
    parameter integer BYTES = 1
) (
    input wire clk,
    input wire rst_n,
    input wire [63:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output reg [8*BYTES-1:0] m_axis_tdata,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer BITS = 8 * (BYTES % 4 == 0 ? 4 : BYTES % 2 == 0 ? 2 : 1);  // of a unit
  localparam integer BEAT = 64 / BITS;  // units of a beat
  localparam integer WORD = 8 * BYTES / BITS;  // units of a word
  localparam integer PLACE_BITS = $clog2(BEAT);
  localparam [PLACE_BITS:0] STEP = WORD[PLACE_BITS:0];
  localparam [PLACE_BITS:0] END = BEAT[PLACE_BITS:0];

  generate
    if (BYTES < 1 || BYTES > 7) begin : g_illegal_bytes
      ILLEGAL_BYTES_not_1_to_7_in_byte_splitter u ();
    end
  endgenerate

  reg [63:0] beat;
  reg beat_valid;
  reg [PLACE_BITS-1:0] place;  // of the next word in the beat
  wire [PLACE_BITS:0] after = {1'b0, place} + STEP;
  wire step = beat_valid && (!m_axis_tvalid || m_axis_tready) && (after <= END || s_axis_tvalid);

  assign s_axis_tready = !beat_valid || (step && after >= END);

  integer b;
  reg [127:0] shifted;
  always @* begin
    shifted = {s_axis_tdata, beat};
    for (b = 0; b < PLACE_BITS; b = b + 1) if (place[b]) shifted = shifted >> (BITS << b);
  end
  wire unused = &{1'b0, shifted[127:8*BYTES]};

  always @(posedge clk)
    if (!rst_n) begin
      place <= {PLACE_BITS{1'b0}};
      beat_valid <= 1'b0;
      m_axis_tvalid <= 1'b0;
    end else begin
      if (step) place <= after[PLACE_BITS-1:0];
      if (s_axis_tready) beat_valid <= s_axis_tvalid;
      m_axis_tvalid <= step || (m_axis_tvalid && !m_axis_tready);
    end

  always @(posedge clk) begin
    if (s_axis_tready) beat <= s_axis_tdata;
    if (step) m_axis_tdata <= shifted[8*BYTES-1:0];
  end
endmodule

`default_nettype wire
