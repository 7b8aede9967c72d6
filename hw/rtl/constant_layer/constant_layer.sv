// The handshake of a layer with constant weights: LATENCY registers in its logic, all moved by `enable`.
//
// The generated module of such a layer holds this unit and a netlist with as many registers (compile/logic). Everything moves unless
// the last word is refused; a word a cycle.
`default_nettype none

module constant_layer #(
    parameter integer LATENCY = 2
) (
    input wire clk,
    input wire rst_n,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire m_axis_tvalid,
    input wire m_axis_tready,
    output wire enable
);
  generate
    if (LATENCY < 1) begin : g_illegal_latency
      ILLEGAL_LATENCY_below_one_in_constant_layer u ();
    end
  endgenerate

  reg [LATENCY-1:0] valid;
  wire [LATENCY:0] moved = {valid, s_axis_tvalid};

  assign m_axis_tvalid = valid[LATENCY-1];
  assign enable = !m_axis_tvalid || m_axis_tready;
  assign s_axis_tready = enable;

  always @(posedge clk)
    if (!rst_n) valid <= {LATENCY{1'b0}};
    else if (enable) valid <= moved[LATENCY-1:0];
endmodule

`default_nettype wire
