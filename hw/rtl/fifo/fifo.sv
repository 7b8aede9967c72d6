// A queue of exactly DEPTH words of WIDTH bits, padded with 0 to bytes at the ports.
//
// DEPTH 2 is a pair of registers, and a word leaves the cycle after it enters. Deeper ones are DEPTH - 1 words of RAM before the
// output register, LUTRAM or (BLOCK = 1) block RAM, and a word takes two cycles; DEPTH 3 costs wide words fewer LUTs than 2.
// HALF = 1 makes DEPTH 2 one register before the other, with no multiplexer of the words: a word takes two cycles, and one enters
// every other cycle at most. No path from m_axis_tready to s_axis_tready: a FIFO between two units cuts the handshake.
`default_nettype none

module fifo #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH = 2,
    parameter integer BLOCK = 0,
    parameter integer HALF = 0
) (
    input wire clk,
    input wire rst_n,
    input wire [(WIDTH+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [(WIDTH+7)/8*8-1:0] m_axis_tdata,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer PORT = (WIDTH + 7) / 8 * 8;

  generate
    if (WIDTH < 1) begin : g_illegal_width
      ILLEGAL_WIDTH_below_one_in_fifo u ();
    end
    if (BLOCK < 0 || BLOCK > 1) begin : g_illegal_block
      ILLEGAL_BLOCK_not_0_or_1_in_fifo u ();
    end
    if (DEPTH < 2) begin : g_illegal_depth
      ILLEGAL_DEPTH_below_two_in_fifo u ();
    end
  endgenerate

  wire [WIDTH-1:0] in = s_axis_tdata[WIDTH-1:0];
  reg [WIDTH-1:0] out;
  wire unused = &{1'b0, s_axis_tdata};
  wire enable = !m_axis_tvalid || m_axis_tready;

  generate
    if (PORT > WIDTH) begin : g_pad
      assign m_axis_tdata = {{(PORT - WIDTH) {1'b0}}, out};
    end else begin : g_full
      assign m_axis_tdata = out;
    end

    if (DEPTH <= 2) begin : g_pair
      // The second word waits here while the output is refused; with HALF every word passes through here.
      reg [WIDTH-1:0] skid;
      reg full;
      wire straight = HALF == 0 && s_axis_tvalid;

      assign s_axis_tready = !full;

      always @(posedge clk)
        if (!rst_n) begin
          m_axis_tvalid <= 1'b0;
          full <= 1'b0;
        end else begin
          if (enable) m_axis_tvalid <= full || straight;
          full <= full ? !enable : s_axis_tvalid && !(enable && straight);
        end

      always @(posedge clk) if (enable) out <= HALF != 0 || full ? skid : in;
      always @(posedge clk) if (!full) skid <= in;
    end else begin : g_ram
      localparam integer WORDS = DEPTH - 1;
      localparam integer ADDRESS_BITS = $clog2(WORDS);

      wire [ADDRESS_BITS-1:0] write_address, read_address;
      wire filled;
      wire push = s_axis_tvalid && s_axis_tready;

      always @(posedge clk)
        if (!rst_n) m_axis_tvalid <= 1'b0;
        else if (enable) m_axis_tvalid <= filled;

      if (WORDS == 2) begin : g_two
        // one, two: so many words are there. Such FIFOs cut long paths of handshakes, so their own are short: no comparison, and `idle`
        // (= !m_axis_tvalid) keeps synthesis from deriving the counts from `enable`, a LUT behind m_axis_tready.
        reg head, one, two, idle;
        wire pull = (idle || m_axis_tready) && one;
        assign write_address = head;
        assign read_address = head ^ !two;
        assign filled = one;
        assign s_axis_tready = !two;

        always @(posedge clk)
          if (!rst_n) {head, one, two, idle} <= 4'b0001;
          else begin
            head <= head ^ push;
            one  <= push || two || one && !pull;
            two  <= !pull && (two || one && push);
            if (enable) idle <= !one;
          end
      end else begin : g_many
        // One value more than there are words, so that full and empty differ; pointers run freely, limit is tail + WORDS.
        localparam integer POINTER_BITS = $clog2(WORDS + 1);
        localparam [POINTER_BITS-1:0] ONE = 1;
        reg [POINTER_BITS-1:0] head, tail, limit;
        assign write_address = head[ADDRESS_BITS-1:0];
        assign read_address = tail[ADDRESS_BITS-1:0];
        assign filled = head != tail;
        assign s_axis_tready = head != limit;

        always @(posedge clk)
          if (!rst_n) begin
            head  <= {POINTER_BITS{1'b0}};
            tail  <= {POINTER_BITS{1'b0}};
            limit <= WORDS[POINTER_BITS-1:0];
          end else begin
            if (push) head <= head + ONE;
            if (enable && filled) begin
              tail  <= tail + ONE;
              limit <= limit + ONE;
            end
          end
      end

      if (BLOCK != 0) begin : g_block
        (* ram_style = "block" *)
        reg [WIDTH-1:0] ram[0:(1<<ADDRESS_BITS)-1];
        always @(posedge clk) if (push) ram[write_address] <= in;
        always @(posedge clk) if (enable) out <= ram[read_address];
      end else begin : g_distributed
        (* ram_style = "distributed" *)
        reg [WIDTH-1:0] ram[0:(1<<ADDRESS_BITS)-1];
        always @(posedge clk) if (push) ram[write_address] <= in;
        always @(posedge clk) if (enable) out <= ram[read_address];
      end
    end
  endgenerate
endmodule

`default_nettype wire
