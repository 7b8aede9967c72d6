// Says when there is a word at the end of a layer with constant weights, LATENCY registers after one at its beginning.
//
// The generated module of such a layer holds this unit and a netlist with as many registers (compile/logic), which nothing ever stops:
// no enable reaches thousands of flip-flops. A credit_gate before it lets in only what a credit_fifo behind it has room for.
`default_nettype none

module constant_layer #(
    parameter integer LATENCY = 2
) (
    input wire clk,
    input wire rst_n,
    input wire s_axis_tvalid,
    output wire m_axis_tvalid
);
  generate
    if (LATENCY < 1) begin : g_illegal_latency
      ILLEGAL_LATENCY_below_one_in_constant_layer u ();
    end
  endgenerate

  reg [LATENCY-1:0] valid;
  wire [LATENCY:0] moved = {valid, s_axis_tvalid};
  assign m_axis_tvalid = valid[LATENCY-1];

  always @(posedge clk)
    if (!rst_n) valid <= {LATENCY{1'b0}};
    else valid <= moved[LATENCY-1:0];
endmodule

`default_nettype wire
