// What the models are compared with: memories, registers and logic as the units write them (names begin with t_), and primitives
// wired by hand that Yosys does not emit (names begin with p_). `r` is random every cycle. What is read starts defined: of large
// memories USED words, spread over all addresses (Yosys is slow where all have a value).
`default_nettype none

// Written at one address, read registered at another; PAD: the read register's reset, as sliding_window pads.
module t_block #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH = 64,
    parameter integer PAD = 0,
    parameter integer USED = DEPTH < 64 ? DEPTH : 64
) (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  localparam integer BITS = $clog2(DEPTH);
  localparam integer STEP = DEPTH / USED;
  function automatic [BITS-1:0] spread(input integer word);
    spread = word % USED * STEP + word % STEP;
  endfunction
  (* ram_style = "block" *)
  reg [WIDTH-1:0] ram[0:DEPTH-1];
  reg [WIDTH-1:0] out;
  integer i;
  initial begin
    for (i = 0; i < USED; i = i + 1) ram[spread(i)] = {3{32'd2654435761}} * (i + 1);
    out = 80'h5a5a5a5a5a5a5a5a5a5a;
  end
  // Few addresses, half of the time the same: both ports meet often.
  wire [5:0] mask = r[2] ? 6'd63 : 6'd5;
  wire [BITS-1:0] write_address = spread(r[105:100] & mask);
  wire [BITS-1:0] read_address = r[3] ? write_address : spread(r[125:120] & mask);
  always @(posedge clk) if (r[0]) ram[write_address] <= r[99:20];
  always @(posedge clk) if (r[1]) out <= PAD != 0 && r[4] ? 80'ha5 : ram[read_address];
  assign y = out;
endmodule

// One address for writing and reading. MODE 0: the old word, 1: the new, 2: none while writing. LANES: of nine bits, enabled apart.
module t_single #(
    parameter integer WIDTH = 18,
    parameter integer DEPTH = 64,
    parameter integer MODE = 0,
    parameter integer LANES = 1,
    parameter integer USED = 64
) (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  localparam integer BITS = $clog2(DEPTH);
  localparam integer LANE = WIDTH / LANES;
  localparam integer STEP = DEPTH / USED;
  function automatic [BITS-1:0] spread(input integer word);
    spread = word % USED * STEP + word % STEP;
  endfunction
  (* ram_style = "block" *)
  reg [WIDTH-1:0] ram[0:DEPTH-1];
  reg [WIDTH-1:0] out;
  integer i;
  initial begin
    for (i = 0; i < USED; i = i + 1) ram[spread(i)] = {3{32'd2246822519}} * (i + 1);
    out = 80'h3c3c3c3c3c3c3c3c3c3c;
  end
  wire [BITS-1:0] address = spread(r[105:100] & (r[2] ? 6'd63 : 6'd5));
  wire [LANES-1:0] write = r[16+:LANES] & {LANES{r[0]}};
  integer k;
  generate
    if (MODE == 1) begin : g_first
      always @(posedge clk)
        if (r[1])
          for (k = 0; k < LANES; k = k + 1)
            if (write[k]) begin
              ram[address][LANE*k+:LANE] <= r[20+LANE*k+:LANE];
              out[LANE*k+:LANE] <= r[20+LANE*k+:LANE];
            end else out[LANE*k+:LANE] <= ram[address][LANE*k+:LANE];
      assign y = out;
    end else begin : g_other
      always @(posedge clk) begin
        for (k = 0; k < LANES; k = k + 1) if (write[k]) ram[address][LANE*k+:LANE] <= r[20+LANE*k+:LANE];
        if (r[1] && (MODE == 0 || write == 0)) out <= ram[address];
      end
      assign y = out;
    end
  endgenerate
endmodule

// A read-only memory with two read ports.
module t_rom #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH = 64,
    parameter integer PORTS = 1,
    parameter integer USED = 64
) (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  localparam integer BITS = $clog2(DEPTH);
  localparam integer STEP = DEPTH / USED;
  function automatic [BITS-1:0] spread(input integer word);
    spread = word % USED * STEP + word % STEP;
  endfunction
  (* rom_style = "block" *)
  reg [WIDTH-1:0] rom[0:DEPTH-1];
  reg [WIDTH-1:0] a, b;
  integer i;
  initial begin
    for (i = 0; i < USED; i = i + 1) rom[spread(i)] = {3{32'd3266489917}} * (i + 1);
    a = 0;
    b = 0;
  end
  always @(posedge clk) if (r[0]) a <= rom[spread(r[25:20])];
  always @(posedge clk) if (r[1] && PORTS > 1) b <= rom[spread(r[65:60])];
  assign y = a ^ {b, b} << 3;
endmodule

// Read at once at one, two or four addresses.
module t_distributed #(
    parameter integer WIDTH = 4,
    parameter integer DEPTH = 32,
    parameter integer READS = 1,
    parameter integer SAME = 0
) (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  localparam integer BITS = $clog2(DEPTH);
  (* ram_style = "distributed" *)
  reg [WIDTH-1:0] ram[0:DEPTH-1];
  integer i;
  initial for (i = 0; i < DEPTH; i = i + 1) ram[i] = {3{32'd668265263}} * (i + 1);
  wire [BITS-1:0] write_address = r[100+:BITS];
  always @(posedge clk) if (r[0]) ram[write_address] <= r[99:20];
  wire [WIDTH-1:0] w = SAME != 0 ? ram[write_address] : 0;
  wire [WIDTH-1:0] x = READS > 0 ? ram[r[120+:BITS]] : 0;
  wire [WIDTH-1:0] v = READS > 1 ? ram[r[140+:BITS]] : 0;
  wire [WIDTH-1:0] u = READS > 2 ? ram[r[160+:BITS]] : 0;
  assign y = w ^ {x, 1'b0} ^ {v, 2'b0} ^ {u, 3'b0};
endmodule

// A shift register with an enable and no reset; TAP: a tap that moves.
module t_shift #(
    parameter integer LENGTH = 16,
    parameter integer TAP = 0
) (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  reg [LENGTH-1:0] bits;
  initial bits = 64'hdeadbeef12345678;
  always @(posedge clk) if (r[0]) bits <= {bits, r[20]};
  assign y = TAP != 0 ? bits[r[30+:$clog2(LENGTH)]] : bits[LENGTH-1];
endmodule

module t_registers (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  reg [7:0] plain, cleared, set, asynchronous, asynchronous_set;
  initial {plain, cleared, set, asynchronous, asynchronous_set} = 40'h5aa53cc396;
  wire reset = r[250:249] == 0;
  always @(posedge clk) if (r[0]) plain <= r[27:20];
  always @(posedge clk) if (r[248:247] == 0) cleared <= 0; else if (r[1]) cleared <= r[37:30];
  always @(posedge clk) if (r[246:245] == 0) set <= 8'hff; else if (r[2]) set <= r[47:40];
  always @(posedge clk or posedge reset) if (reset) asynchronous <= 0; else if (r[3]) asynchronous <= r[57:50];
  always @(posedge clk or posedge reset) if (reset) asynchronous_set <= 8'hff; else if (r[4]) asynchronous_set <= r[67:60];
  assign y = {plain, cleared, set, asynchronous, asynchronous_set};
endmodule

// Sums, comparisons, wide multiplexers, functions of one to six inputs.
module t_logic (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  wire unused = &{1'b0, clk};
  wire [20:0] sum = r[20:1] + r[40:21] + r[0];
  wire [12:0] difference = r[92:81] - r[80:69];
  wire less = r[60:50] < r[71:61];
  wire eight = r[110+:8] >> r[102:100];
  wire sixteen = r[120+:16] >> r[107:104];
  wire [5:0] odd = {
    r[200] & r[201] | r[202] & ~r[203], ^r[205:201] & r[206], r[210] ? r[211] : ~r[212], ~r[213], r[214] ^ r[215], &r[220:216]
  };
  wire [7:0] square = {4'd0, r[224:221]} * {4'd0, r[224:221]};
  assign y = {sum, difference, less, eight, sixteen, odd, square};
endmodule

// A random function of eight inputs, LUTs joined by MUXF7 and MUXF8, and a counter.
module t_function (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  localparam [255:0] TABLE = 256'h795b929e9a9a80fdea7b5bf55eb561a4216363698b529b4a97b750923ceb3ffd;
  reg [39:0] count = 40'd0;
  always @(posedge clk) if (r[9]) count <= count + 40'd1;
  assign y = {39'd0, TABLE[r[7:0]], count};
endmodule

// As t_distributed, of one bit, with SAME = 1.
module p_dual #(
    parameter integer DEPTH = 32
) (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  localparam integer BITS = $clog2(DEPTH);
  wire [6:0] a = r[100+:BITS], d = r[120+:BITS];
  wire spo, dpo;
  // Bit i is odd where 668265263 * (i + 1) is.
  localparam [127:0] START = {64{2'b01}};
  generate
    if (DEPTH == 32) begin : g_32
      RAM32X1D #(.INIT(START[31:0])) ram (
          .SPO(spo), .DPO(dpo), .A0(a[0]), .A1(a[1]), .A2(a[2]), .A3(a[3]), .A4(a[4]),
          .DPRA0(d[0]), .DPRA1(d[1]), .DPRA2(d[2]), .DPRA3(d[3]), .DPRA4(d[4]), .D(r[20]), .WCLK(clk), .WE(r[0])
      );
    end else begin : g_128
      RAM128X1D #(.INIT(START)) ram (.SPO(spo), .DPO(dpo), .A(a), .DPRA(d), .D(r[20]), .WCLK(clk), .WE(r[0]));
    end
  endgenerate
  assign y = spo ^ {dpo, 1'b0};
endmodule

// As t_distributed, of one bit, with READS = 0 and SAME = 1.
module p_single (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  wire o;
  RAM32X1S #(.INIT({16{2'b01}})) ram (
      .O(o), .A0(r[100]), .A1(r[101]), .A2(r[102]), .A3(r[103]), .A4(r[104]), .D(r[20]), .WCLK(clk), .WE(r[0])
  );
  assign y = o;
endmodule

// As t_shift of 16 bits, one after the other of two.
module t_two_shifts (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  reg [31:0] bits;
  initial bits = 32'h9abc1234;
  always @(posedge clk) if (r[0]) bits <= {bits[30:0], r[20]};
  assign y = {bits[r[33:30]], bits[16+r[37:34]], bits[31]};
endmodule

module p_two_shifts (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  wire q, end_of_first, p, end_of_second;
  SRLC16E #(.INIT(16'h1234)) first (
      .Q(q), .Q15(end_of_first), .A0(r[30]), .A1(r[31]), .A2(r[32]), .A3(r[33]), .CE(r[0]), .CLK(clk), .D(r[20])
  );
  SRLC16E #(.INIT(16'h9abc)) second (
      .Q(p), .Q15(end_of_second), .A0(r[34]), .A1(r[35]), .A2(r[36]), .A3(r[37]), .CE(r[0]), .CLK(clk), .D(end_of_first)
  );
  assign y = {q, p, end_of_second};
endmodule

// As Vivado uses a block RAM: words of 36 bits in, of nine bits out, an output register with enable and reset.
module t_registered (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  reg [8:0] cells[0:2047];
  reg [8:0] latch, out;
  integer i;
  initial begin
    for (i = 0; i < 2048; i = i + 1) cells[i] = i < 32 ? i * 7 : 0;
    latch = 9'h155;
    out = 9'h155;
  end
  wire [10:0] to = {r[103:100], 2'b00}, from = {r[108:104]};
  always @(posedge clk) begin
    for (i = 0; i < 4; i = i + 1) if (r[0] && r[4+i]) cells[to+i] <= {r[20+i], r[30+8*i+:8]};
    if (r[1]) latch <= r[10] ? 9'h0f3 : cells[from];
    if (r[3:2] == 0) out <= 9'h0f3;
    else if (r[11]) out <= latch;
  end
  assign y = out;
endmodule

module p_registered (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  wire [15:0] d;
  wire [1:0] p;
  RAMB18E1 #(
      .RAM_MODE("SDP"),
      .READ_WIDTH_A(9),
      .WRITE_WIDTH_B(36),
      .WRITE_MODE_A("READ_FIRST"),
      .WRITE_MODE_B("READ_FIRST"),
      .DOA_REG(1),
      .INIT_A(18'h155),
      .SRVAL_A(18'h0f3),
      .IS_ENARDEN_INVERTED(1'b1),
      // Byte i is i * 7.
      .INIT_00(256'hd9d2cbc4bdb6afa8a19a938c857e777069625b544d463f38312a231c150e0700)
  ) ram (
      .CLKARDCLK(clk), .CLKBWRCLK(clk), .ENARDEN(!r[1]), .ENBWREN(r[0]), .REGCEAREGCE(r[11]), .REGCEB(1'b0),
      .RSTRAMARSTRAM(r[10]), .RSTRAMB(1'b0), .RSTREGARSTREG(r[3:2] == 0), .RSTREGB(1'b0),
      .ADDRARDADDR({6'd0, r[108:104], 3'b101}), .ADDRBWRADDR({5'd0, r[103:100], 5'b11111}),
      .DIADI(r[45:30]), .DIBDI(r[61:46]), .DIPADIP(r[21:20]), .DIPBDIP(r[23:22]), .WEA(2'b00), .WEBWE(r[7:4]),
      .DOADO(d), .DOBDO(), .DOPADOP(p), .DOPBDOP()
  );
  assign y = {p[0], d[7:0]};
endmodule

module t_select (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  wire unused = &{1'b0, clk};
  assign y = {78'd0, r[0] ? r[1] : r[2], !r[3]};
endmodule

// As t_select.
module p_select (
    input wire clk,
    input wire [255:0] r,
    output wire [79:0] y
);
  wire unused = &{1'b0, clk};
  assign y[79:2] = 78'd0;
  MUXF8 mux (.O(y[1]), .I0(r[2]), .I1(r[1]), .S(r[0]));
  LUT1 #(.INIT(2'b01)) inverter (.O(y[0]), .I0(r[3]));
endmodule
`default_nettype wire
