// Words of IN_ELEMENTS elements to words of OUT_ELEMENTS, in order; one number divides the other.
//
// Elements have ELEMENT_BITS bits, element 0 in the low bits, words are padded with 0 to bytes on both sides.
// The side with more words moves one word a cycle.
`default_nettype none

module width_converter #(
    parameter integer ELEMENT_BITS = 4,
    parameter integer IN_ELEMENTS = 2,
    parameter integer OUT_ELEMENTS = 4
) (
    input wire clk,
    input wire rst_n,
    input wire [(IN_ELEMENTS*ELEMENT_BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [(OUT_ELEMENTS*ELEMENT_BITS+7)/8*8-1:0] m_axis_tdata,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer S = IN_ELEMENTS * ELEMENT_BITS;
  localparam integer M = OUT_ELEMENTS * ELEMENT_BITS;
  localparam integer M_BITS = (M + 7) / 8 * 8;
  localparam integer RATIO = S < 1 || M < 1 ? 1 : M > S ? M / S : S / M;
  localparam integer COUNT_BITS = RATIO > 1 ? $clog2(RATIO) : 1;
  localparam [COUNT_BITS-1:0] BEFORE_LAST = COUNT_BITS'(RATIO - 2);
  localparam [COUNT_BITS-1:0] FIRST = {COUNT_BITS{1'b0}};

  generate
    if (ELEMENT_BITS < 1 || IN_ELEMENTS < 1 || OUT_ELEMENTS < 1) begin : g_illegal_size
      ILLEGAL_size_below_one_in_width_converter u ();
    end
    if (IN_ELEMENTS % OUT_ELEMENTS != 0 && OUT_ELEMENTS % IN_ELEMENTS != 0) begin : g_illegal_ratio
      ILLEGAL_IN_ELEMENTS_and_OUT_ELEMENTS_do_not_divide_in_width_converter u ();
    end
  endgenerate

  wire unused = &{1'b0, s_axis_tdata};
  wire enable = !m_axis_tvalid || m_axis_tready;
  wire [M-1:0] out;

  genvar i;
  generate
    if (M_BITS > M) begin : g_pad
      assign m_axis_tdata = {{(M_BITS - M) {1'b0}}, out};
    end else begin : g_full
      assign m_axis_tdata = out;
    end

    if (M > S) begin : g_widen
      // All parts but the last wait beside the output register, so the next word can gather while this one is offered.
      reg [M-S-1:0] parts;
      reg [M-1:0] word;
      reg [COUNT_BITS-1:0] count;
      // A register of its own: `ready` runs through it.
      reg last;
      wire take = s_axis_tvalid && s_axis_tready;
      wire [M-1:0] gathered = {s_axis_tdata[S-1:0], parts};

      assign s_axis_tready = enable || !last;
      assign out = word;

      always @(posedge clk)
        if (!rst_n) begin
          m_axis_tvalid <= 1'b0;
          count <= FIRST;
          last <= 1'b0;
        end else begin
          if (enable) m_axis_tvalid <= take && last;
          if (take) begin
            count <= last ? FIRST : count + 1'b1;
            last <= count == BEFORE_LAST;
          end
        end

      always @(posedge clk) begin
        if (take) parts <= gathered[M-1:S];
        if (take && last) word <= gathered;
      end
    end else if (M < S) begin : g_narrow
      // The word stays and its parts are picked, one after the other; the next one is taken with the last part.
      reg [S-1:0] word;
      reg [COUNT_BITS-1:0] count;
      wire [M-1:0] parts[0:(1<<COUNT_BITS)-1];
      // A register of its own: `ready` runs through it.
      reg last;
      wire take = s_axis_tvalid && s_axis_tready;

      assign s_axis_tready = !m_axis_tvalid || (m_axis_tready && last);
      assign out = parts[count];
      for (i = 0; i < (1 << COUNT_BITS); i = i + 1) begin : g_part
        // Beyond the last: whatever makes the multiplexer smallest.
        assign parts[i] = i < RATIO ? word[(i<RATIO?i:0)*M+:M] : {M{1'bx}};
      end

      always @(posedge clk)
        if (!rst_n) begin
          m_axis_tvalid <= 1'b0;
          count <= FIRST;
          last <= 1'b0;
        end else if (enable) begin
          if (!m_axis_tvalid || last) m_axis_tvalid <= take;
          if (m_axis_tvalid) begin
            count <= last ? FIRST : count + 1'b1;
            last <= count == BEFORE_LAST;
          end
        end

      always @(posedge clk) if (take) word <= s_axis_tdata[S-1:0];
    end else begin : g_equal
      reg [M-1:0] word;

      assign s_axis_tready = enable;
      assign out = word;

      always @(posedge clk)
        if (!rst_n) m_axis_tvalid <= 1'b0;
        else if (enable) m_axis_tvalid <= s_axis_tvalid;

      always @(posedge clk) if (enable) word <= s_axis_tdata[S-1:0];
    end
  endgenerate
endmodule

`default_nettype wire
