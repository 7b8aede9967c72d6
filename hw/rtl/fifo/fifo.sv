// A queue of exactly DEPTH words of WIDTH bits; a word that enters an empty queue leaves one cycle later.
//
// DEPTH 2 is a pair of registers, deeper ones are DEPTH - 1 words of LUTRAM before the output register. No path from
// m_axis_tready to s_axis_tready: a FIFO between two units cuts the handshake.
`default_nettype none

module fifo #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH = 2
) (
    input wire clk,
    input wire rst_n,
    input wire [WIDTH-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output reg [WIDTH-1:0] m_axis_tdata,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  generate
    if (WIDTH < 1) begin : g_illegal_width
      ILLEGAL_WIDTH_below_one_in_fifo u ();
    end
    if (DEPTH < 2) begin : g_illegal_depth
      ILLEGAL_DEPTH_below_two_in_fifo u ();
    end
  endgenerate

  wire enable = !m_axis_tvalid || m_axis_tready;
  wire take = s_axis_tvalid && s_axis_tready;
  // The words behind the output register: whether there is one, and the oldest.
  wire waiting;
  wire [WIDTH-1:0] oldest;
  wire push = take && (waiting || !enable);
  wire pop = enable && waiting;

  always @(posedge clk)
    if (!rst_n) m_axis_tvalid <= 1'b0;
    else if (enable) m_axis_tvalid <= waiting || take;

  always @(posedge clk) if (enable) m_axis_tdata <= waiting ? oldest : s_axis_tdata;

  generate
    if (DEPTH <= 2) begin : g_pair
      reg [WIDTH-1:0] skid;
      reg full;

      assign waiting = full;
      assign oldest = skid;
      assign s_axis_tready = !full;

      always @(posedge clk)
        if (!rst_n) full <= 1'b0;
        else if (push != pop) full <= push;

      always @(posedge clk) if (push) skid <= s_axis_tdata;
    end else begin : g_ram
      localparam integer WORDS = DEPTH - 1;
      localparam integer BITS = $clog2(WORDS);
      localparam [BITS-1:0] LAST = BITS'(WORDS - 1);
      localparam [BITS-1:0] NONE = {BITS{1'b0}};

      (* ram_style = "distributed" *)
      reg [WIDTH-1:0] ram[0:WORDS-1];
      reg [BITS-1:0] head, tail;
      reg full, filled;
      wire [BITS-1:0] head_next = head == LAST ? NONE : head + 1'b1;
      wire [BITS-1:0] tail_next = tail == LAST ? NONE : tail + 1'b1;

      assign waiting = filled;
      assign oldest = ram[tail];
      assign s_axis_tready = !full;

      // Equal pointers mean empty or full, told apart by what moved last.
      always @(posedge clk)
        if (!rst_n) begin
          head <= NONE;
          tail <= NONE;
          full <= 1'b0;
          filled <= 1'b0;
        end else begin
          if (push) head <= head_next;
          if (pop) tail <= tail_next;
          if (push && !pop) begin
            filled <= 1'b1;
            full <= head_next == tail;
          end else if (pop && !push) begin
            filled <= tail_next != head;
            full <= 1'b0;
          end
        end

      always @(posedge clk) if (push) ram[head] <= s_axis_tdata;
    end
  endgenerate
endmodule

`default_nettype wire
