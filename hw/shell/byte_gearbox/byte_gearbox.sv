// Beats of 8 bytes to words of BYTES bytes, in order, a beat a cycle. BYTES above 8 and no multiple of 8.
//
// A beat is turned so that its bytes stand in their lanes modulo 8, then written to those lanes of the word. What passes the word's
// end waits beside it and enters with the next beat, while the word is taken: no cycle is lost. Places are counted in units of
// gcd(8, BYTES) bytes.
`default_nettype none

module byte_gearbox #(
    parameter integer BYTES = 19
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
  localparam integer TURN_BITS = $clog2(BEAT);
  localparam integer PLACE_BITS = $clog2(WORD + BEAT);
  localparam [PLACE_BITS-1:0] STEP = PLACE_BITS'(BEAT);
  localparam [PLACE_BITS-1:0] END = PLACE_BITS'(WORD);

  generate
    if (BYTES < 9 || BYTES % 8 == 0) begin : g_illegal_bytes
      ILLEGAL_BYTES_below_nine_or_multiple_of_eight_in_byte_gearbox u ();
    end
  endgenerate

  // Where the next beat's first unit goes.
  reg [PLACE_BITS-1:0] next;
  wire [PLACE_BITS-1:0] after = next + STEP;
  wire take = s_axis_tvalid && s_axis_tready;

  // The turned beat: unit i holds the beat's unit (i - place) modulo BEAT.
  reg turned_valid, completes;
  reg  [PLACE_BITS-1:0] place;
  reg  [  63:0] turned;
  wire [ 127:0] twice = {s_axis_tdata, s_axis_tdata};
  wire step = turned_valid && (!m_axis_tvalid || m_axis_tready);

  assign s_axis_tready = !turned_valid || step;

  // Shifted down by BEAT - place modulo BEAT, which is the two's complement of place's low bits.
  wire [TURN_BITS-1:0] turn = -next[TURN_BITS-1:0];
  integer b;
  reg [127:0] shifted;
  always @* begin
    shifted = twice;
    for (b = 0; b < TURN_BITS; b = b + 1) if (turn[b]) shifted = shifted >> (BITS << b);
  end

  always @(posedge clk)
    if (!rst_n) begin
      next <= {PLACE_BITS{1'b0}};
      turned_valid <= 1'b0;
      m_axis_tvalid <= 1'b0;
    end else begin
      if (take) next <= after >= END ? after - END : after;
      turned_valid  <= take || (turned_valid && !step);
      m_axis_tvalid <= (step && completes) || (m_axis_tvalid && !m_axis_tready);
    end

  always @(posedge clk)
    if (take) begin
      turned <= shifted[63:0];
      place <= next;
      completes <= after >= END;
    end

  // What passed the end of a word, at the beginning of the next.
  reg [63-BITS:0] rest;
  genvar i;
  generate
    for (i = 0; i < BEAT - 1; i = i + 1) begin : g_rest
      localparam integer FROM = (i + WORD) % BEAT;
      always @(posedge clk) if (step && completes) rest[BITS*i+:BITS] <= turned[BITS*FROM+:BITS];
    end

    for (i = 0; i < WORD; i = i + 1) begin : g_lane
      localparam [PLACE_BITS-1:0] LANE = PLACE_BITS'(i);
      wire [BITS-1:0] fresh = turned[BITS*(i%BEAT)+:BITS];
      if (i < BEAT - 1) begin : g_first
        always @(posedge clk)
          if (step && place < STEP) m_axis_tdata[BITS*i+:BITS] <= place > LANE ? rest[BITS*i+:BITS] : fresh;
      end else begin : g_later
        always @(posedge clk) if (step && place <= LANE && place + STEP > LANE) m_axis_tdata[BITS*i+:BITS] <= fresh;
      end
    end
  endgenerate
endmodule

`default_nettype wire
