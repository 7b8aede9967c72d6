// Elements leave in the order in which they came in, each once and unchanged; the side with more words moves one a cycle.
//
// An element of any word is watched (`pick` and `lane` are free): how many are before it is counted, and when it comes out it is
// compared. Resets come at any time. What is said of the registers inside makes the rest inductive.
`default_nettype none

module width_converter_properties #(
    parameter integer ELEMENT_BITS = 3,
    parameter integer IN_ELEMENTS  = 1,
    parameter integer OUT_ELEMENTS = 3
) (
    input wire clk,
    input wire rst_n,
    input wire pick,
    input wire [7:0] lane,
    input wire [(IN_ELEMENTS*ELEMENT_BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer OUT_BITS = OUT_ELEMENTS * ELEMENT_BITS;
  localparam integer PORT = (OUT_BITS + 7) / 8 * 8;
  localparam [7:0] IN = 8'(IN_ELEMENTS);
  localparam [7:0] OUT = 8'(OUT_ELEMENTS);

  wire s_axis_tready, m_axis_tvalid;
  wire [PORT-1:0] m_axis_tdata;
  width_converter #(
      .ELEMENT_BITS(ELEMENT_BITS),
      .IN_ELEMENTS (IN_ELEMENTS),
      .OUT_ELEMENTS(OUT_ELEMENTS)
  ) dut (
      .clk(clk),
      .rst_n(rst_n),
      .s_axis_tdata(s_axis_tdata),
      .s_axis_tvalid(s_axis_tvalid),
      .s_axis_tready(s_axis_tready),
      .m_axis_tdata(m_axis_tdata),
      .m_axis_tvalid(m_axis_tvalid),
      .m_axis_tready(m_axis_tready)
  );

  reg settled;
  initial settled = 1'b0;
  always @(posedge clk) settled <= settled || !rst_n;

  stream_properties #(
      .WIDTH(PORT)
  ) u_output (
      .clk(clk),
      .rst_n(rst_n),
      .settled(settled),
      .data(m_axis_tdata),
      .valid(m_axis_tvalid),
      .ready(m_axis_tready)
  );

  wire push = s_axis_tvalid && s_axis_tready;
  wire pop = m_axis_tvalid && m_axis_tready;
  // Elements inside, and those before the watched one.
  reg [7:0] stored, ahead;
  wire [7:0] left = stored - (pop ? OUT : 8'd0);
  reg watching;
  reg [ELEMENT_BITS-1:0] watched;
  wire [ELEMENT_BITS-1:0] chosen = s_axis_tdata[lane*ELEMENT_BITS+:ELEMENT_BITS];

  always @(posedge clk)
    if (!rst_n) begin
      stored   <= 8'd0;
      watching <= 1'b0;
    end else begin
      stored <= left + (push ? IN : 8'd0);
      if (!watching) begin
        watching <= push && pick && lane < IN;
        watched  <= chosen;
        ahead    <= left + lane;
      end else if (pop) begin
        watching <= ahead >= OUT;
        ahead <= ahead - OUT;
      end
    end

  wire offered = watching && m_axis_tvalid && ahead < OUT;
  wire [ELEMENT_BITS-1:0] found = m_axis_tdata[ahead*ELEMENT_BITS+:ELEMENT_BITS];

  always @(posedge clk)
    if (settled) begin
      no_overflow : assert (stored < IN + OUT + (OUT > IN ? OUT : 8'd0));
      whole_words_are_offered_at_once : assert (m_axis_tvalid == (stored >= OUT));
      if (offered) in_order : assert (found == watched);
      if (PORT > OUT_BITS) padded_with_0 : assert ((m_axis_tdata >> OUT_BITS) == {PORT{1'b0}});
      // A word is refused only where the one on offer is, or (narrowing) where parts of it are left.
      if (IN_ELEMENTS <= OUT_ELEMENTS) no_bubble : assert (s_axis_tready || !m_axis_tready);
      else no_bubble_narrowing : assert (s_axis_tready == (stored == 8'd0 || (m_axis_tready && stored == OUT)));
      assert (!watching || ahead < stored);
      full_rate : cover (offered && ahead == OUT - 8'd1 && pop && push);
    end

  generate
    if (OUT_ELEMENTS > IN_ELEMENTS) begin : g_widen
      localparam integer RATIO = OUT_ELEMENTS / IN_ELEMENTS;
      localparam integer PARTS = OUT_ELEMENTS - IN_ELEMENTS;
      wire [7:0] gathered = stored - (m_axis_tvalid ? OUT : 8'd0);
      // Parts move down by a word's elements each; the newest is on top.
      wire [7:0] place = ahead - (m_axis_tvalid ? OUT : 8'd0) + (8'(PARTS) - gathered);
      wire [ELEMENT_BITS-1:0] part = dut.g_widen.parts[place*ELEMENT_BITS+:ELEMENT_BITS];
      always @(posedge clk)
        if (settled) begin
          assert (gathered == 8'(dut.g_widen.count) * IN);
          assert (gathered <= 8'(PARTS));
          assert (dut.g_widen.last == (8'(dut.g_widen.count) == 8'(RATIO - 1)));
          if (watching && !offered) assert (part == watched);
        end
    end else if (OUT_ELEMENTS < IN_ELEMENTS) begin : g_narrow
      localparam integer RATIO = IN_ELEMENTS / OUT_ELEMENTS;
      wire [7:0] place = ahead + 8'(dut.g_narrow.count) * OUT;
      wire [ELEMENT_BITS-1:0] part = dut.g_narrow.word[place*ELEMENT_BITS+:ELEMENT_BITS];
      always @(posedge clk)
        if (settled) begin
          assert (stored == (m_axis_tvalid ? IN - 8'(dut.g_narrow.count) * OUT : 8'd0));
          assert (dut.g_narrow.last == (8'(dut.g_narrow.count) == 8'(RATIO - 1)));
          assert (m_axis_tvalid || dut.g_narrow.count == 0);
          if (watching) assert (part == watched);
        end
    end else begin : g_equal
      always @(posedge clk) if (settled) assert (stored == (m_axis_tvalid ? OUT : 8'd0));
    end
  endgenerate
endmodule

`default_nettype wire
