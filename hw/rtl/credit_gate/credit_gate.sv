// Lets words into a section of units that never wait, as long as the credit_fifo behind it has room for all that they become.
//
// A window is STEPS steps: WORDS words, and then cycles in which none is let in, for the padding that a tap_window adds. Step FIRST - 1 and every
// STRIDE-th after it becomes a word at the end of the section; the STEPS - WORDS last steps are not held up, so the words of those are accounted
// for with the last word in. `credit`: a word has left the credit_fifo, of CREDITS words. `s_axis_tready` is a register.
`default_nettype none

module credit_gate #(
    parameter integer WIDTH = 8,
    parameter integer WORDS = 4,
    parameter integer STEPS = 4,
    parameter integer FIRST = 1,
    parameter integer STRIDE = 1,
    parameter integer CREDITS = 4
) (
    input wire clk,
    input wire rst_n,
    input wire credit,
    input wire [(WIDTH+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [(WIDTH+7)/8*8-1:0] m_axis_tdata,
    output wire m_axis_tvalid
);
  localparam integer STEP_BITS = $clog2(STEPS + 1);
  localparam integer LONGEST_WAIT = FIRST > STRIDE ? FIRST : STRIDE;
  localparam integer WAIT_BITS = $clog2(LONGEST_WAIT + 1);
  localparam integer GIVEN = STEPS < FIRST ? 0 : (STEPS - FIRST) / (STRIDE > 0 ? STRIDE : 1) + 1;
  localparam integer GIVEN_EARLY = WORDS < FIRST ? 0 : (WORDS - FIRST) / (STRIDE > 0 ? STRIDE : 1) + 1;
  localparam integer RESERVE = GIVEN - GIVEN_EARLY;
  localparam integer LIMIT = CREDITS - RESERVE;
  // The top bit of a counter that begins at this says that LIMIT words are on their way.
  localparam integer USED_BITS = $clog2(LIMIT > RESERVE ? LIMIT : RESERVE + 1) + 1;
  localparam integer UNUSED = (1 << (USED_BITS - 1)) - LIMIT;

  generate
    if (WIDTH < 1) begin : g_illegal_width
      ILLEGAL_WIDTH_below_one_in_credit_gate u ();
    end
    if (WORDS < 1 || STEPS < WORDS || FIRST < 1 || STRIDE < 1) begin : g_illegal_steps
      ILLEGAL_STEPS_in_credit_gate u ();
    end
    if (LIMIT < 1) begin : g_illegal_credits
      ILLEGAL_CREDITS_not_more_than_the_words_of_padding_in_credit_gate u ();
    end
  endgenerate

  reg ready;
  wire padding, complete, padding_next;
  wire take = s_axis_tvalid && ready;
  wire step = take || padding;
  wire give = step && complete;

  assign s_axis_tready = ready;
  assign m_axis_tvalid = take;
  assign m_axis_tdata  = s_axis_tdata;

  reg [USED_BITS-1:0] used;
  wire [USED_BITS-1:0] used_next = used + USED_BITS'(give) - USED_BITS'(credit);
  always @(posedge clk)
    if (!rst_n) begin
      used  <= UNUSED[USED_BITS-1:0];
      ready <= 1'b1;
    end else begin
      used  <= used_next;
      ready <= !used_next[USED_BITS-1] && !padding_next;
    end

  generate
    if (FIRST == 1 && STRIDE == 1 && STEPS == WORDS) begin : g_plain
      assign complete = 1'b1;
      assign padding = 1'b0;
      assign padding_next = 1'b0;
    end else begin : g_steps
      localparam [STEP_BITS-1:0] LAST_WORD = STEP_BITS'(WORDS - 1);
      localparam [STEP_BITS-1:0] LAST = STEP_BITS'(STEPS - 1);
      localparam [WAIT_BITS-1:0] WAIT_FIRST = WAIT_BITS'(FIRST - 1);
      localparam [WAIT_BITS-1:0] WAIT_NEXT = WAIT_BITS'(STRIDE - 1);
      reg [STEP_BITS-1:0] index;
      reg [WAIT_BITS-1:0] countdown;
      reg padded;
      wire last = index == LAST;

      assign complete = countdown == {WAIT_BITS{1'b0}};
      assign padding = padded;
      assign padding_next = !step ? padded : padded ? !last : STEPS > WORDS && index == LAST_WORD;

      always @(posedge clk)
        if (!rst_n) begin
          index <= {STEP_BITS{1'b0}};
          countdown <= WAIT_FIRST;
          padded <= 1'b0;
        end else begin
          padded <= padding_next;
          if (step) begin
            index <= last ? {STEP_BITS{1'b0}} : index + 1'b1;
            countdown <= last ? WAIT_FIRST : complete ? WAIT_NEXT : countdown - 1'b1;
          end
        end
    end
  endgenerate
endmodule

`default_nettype wire
