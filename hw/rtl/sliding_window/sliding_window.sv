// Windows of KERNEL pixels, one every STRIDE, over PIXELS pixels with PAD_BEFORE and PAD_AFTER pixels of PAD_BITS around them.
//
// Words hold SIMD elements of ELEMENT_BITS bits, element 0 in the low bits, padded with 0 to bytes. Pixels come in channel order;
// out, per output pixel: channel fold outermost, tap next, the SIMD channels of the fold in a word.
// BLOCK = 1 keeps the pixels in block RAM, 0 in LUTRAM.
// Folding: one word a cycle on either side, max(PIXELS, OUT*KERNEL)*CHANNELS/SIMD cycles a window if DEPTH >= 2*KERNEL+STRIDE.
`default_nettype none

module sliding_window #(
    parameter integer CHANNELS = 4,
    parameter integer SIMD = 2,
    parameter integer ELEMENT_BITS = 1,
    parameter integer PIXELS = 8,
    parameter integer KERNEL = 3,
    parameter integer STRIDE = 1,
    parameter integer PAD_BEFORE = 1,
    parameter integer PAD_AFTER = 1,
    parameter integer PAD_BITS = 0,
    parameter integer DEPTH = 8,
    parameter integer BLOCK = 0
) (
    input wire clk,
    input wire rst_n,
    input wire [(SIMD*ELEMENT_BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    output wire [(SIMD*ELEMENT_BITS+7)/8*8-1:0] m_axis_tdata,
    output reg m_axis_tvalid,
    input wire m_axis_tready
);
  localparam integer WORD = SIMD * ELEMENT_BITS;
  localparam integer PORT = (WORD + 7) / 8 * 8;
  localparam integer FOLDS = CHANNELS / SIMD;
  localparam integer OUT = (PIXELS + PAD_BEFORE + PAD_AFTER - KERNEL) / STRIDE + 1;
  localparam integer FOLD_BITS = FOLDS > 1 ? $clog2(FOLDS) : 1;
  localparam integer SLOT_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam integer TAP_BITS = KERNEL > 1 ? $clog2(KERNEL) : 1;
  // From the start of a window's last output to the start of the next window's first.
  localparam integer LAST_STEP = PIXELS - (OUT - 1) * STRIDE;
  // held stays within -STRIDE .. DEPTH + PAD_AFTER, and STRIDE and PAD_AFTER are below DEPTH.
  localparam integer HELD_BITS = SLOT_BITS + 3;
  localparam integer LARGEST = PIXELS + PAD_BEFORE + KERNEL + STRIDE;
  localparam integer POSITION_BITS = $clog2(LARGEST) + 2;

  generate
    if (SIMD < 1 || CHANNELS % SIMD != 0) begin : g_illegal_simd
      ILLEGAL_SIMD_does_not_divide_CHANNELS_in_sliding_window u ();
    end
    if (STRIDE < 1 || KERNEL < 1 || KERNEL > PIXELS + PAD_BEFORE + PAD_AFTER) begin : g_illegal_kernel
      ILLEGAL_KERNEL_or_STRIDE_in_sliding_window u ();
    end
    if (PAD_BEFORE < 0 || PAD_BEFORE >= KERNEL || PAD_AFTER < 0 || PAD_AFTER >= KERNEL) begin : g_illegal_pad
      ILLEGAL_padding_not_below_KERNEL_in_sliding_window u ();
    end
    if (PAD_BITS < 0 || (PAD_BITS >> ELEMENT_BITS) != 0) begin : g_illegal_pad_bits
      ILLEGAL_PAD_BITS_exceed_ELEMENT_BITS_in_sliding_window u ();
    end
    if (BLOCK < 0 || BLOCK > 1) begin : g_illegal_block
      ILLEGAL_BLOCK_not_0_or_1_in_sliding_window u ();
    end
    if ((DEPTH & (DEPTH - 1)) != 0 || DEPTH < KERNEL + STRIDE) begin : g_illegal_depth
      ILLEGAL_DEPTH_not_a_power_of_two_of_at_least_KERNEL_plus_STRIDE_in_sliding_window u ();
    end
  endgenerate

  localparam [FOLD_BITS-1:0] LAST_FOLD = FOLD_BITS'(FOLDS - 1);
  localparam [TAP_BITS-1:0] LAST_TAP = TAP_BITS'(KERNEL - 1);
  localparam signed [HELD_BITS-1:0] HELD_FIRST = HELD_BITS'(PAD_BEFORE);
  localparam signed [HELD_BITS-1:0] HELD_STRIDE = HELD_BITS'(STRIDE);
  localparam signed [HELD_BITS-1:0] HELD_LAST_STEP = HELD_BITS'(LAST_STEP);
  localparam signed [HELD_BITS-1:0] HELD_FULL = HELD_BITS'(DEPTH);
  localparam [POSITION_BITS-1:0] FIRST_START = POSITION_BITS'(-PAD_BEFORE);
  localparam [POSITION_BITS-1:0] LAST_START = POSITION_BITS'((OUT - 1) * STRIDE - PAD_BEFORE);
  localparam [POSITION_BITS-1:0] START_STRIDE = POSITION_BITS'(STRIDE);
  localparam [POSITION_BITS-1:0] END = POSITION_BITS'(PIXELS);

  // The pixel in slot s has its fold f at {f, s}; pixels take the slots in turn, across windows too.
  (* ram_style = BLOCK != 0 ? "block" : "distributed" *)
  reg [WORD-1:0] ram[0:FOLDS*DEPTH-1];

  // Pixels written less pixels before the start of the current output. The start may lie in the padding: what is then held
  // for it are pixels of the window before. It is negative while pixels that no output needs have yet to come.
  reg signed [HELD_BITS-1:0] held;

  // Writer.
  reg [SLOT_BITS-1:0] write_slot;
  reg [FOLD_BITS-1:0] write_fold;
  wire take = s_axis_tvalid && s_axis_tready;
  wire written = take && write_fold == LAST_FOLD;
  wire unused = &{1'b0, s_axis_tdata};

  assign s_axis_tready = held < HELD_FULL;

  always @(posedge clk)
    if (!rst_n) begin
      write_slot <= {SLOT_BITS{1'b0}};
      write_fold <= {FOLD_BITS{1'b0}};
    end else if (take) begin
      write_fold <= written ? {FOLD_BITS{1'b0}} : write_fold + 1'b1;
      if (written) write_slot <= write_slot + 1'b1;
    end

  // Reader: start is the first pixel of the current output; the pixel of the current tap is a sum, not a register of its own,
  // as an adder needs no multiplexer before it. Positions before the window wrap around, so that they too are past its end.
  reg [FOLD_BITS-1:0] fold;
  reg [TAP_BITS-1:0] tap;
  reg [POSITION_BITS-1:0] start;
  reg fresh;
  wire enable = !m_axis_tvalid || m_axis_tready;
  wire [POSITION_BITS-1:0] position = start + {{(POSITION_BITS - TAP_BITS) {1'b0}}, tap};
  wire pad = position >= END;
  wire there = held > $signed({{(HELD_BITS - TAP_BITS) {1'b0}}, tap});
  // The padding before a window waits for the window.
  wire begun = !fresh || held > HELD_FIRST;
  wire offer = begun && (pad || there);
  wire emit = enable && offer;
  wire last_tap = tap == LAST_TAP;
  wire last_fold = fold == LAST_FOLD;
  wire last_output = start == LAST_START;
  wire freed = emit && last_tap && last_fold;

  always @(posedge clk)
    if (!rst_n) begin
      start <= FIRST_START;
      fresh <= 1'b1;
      fold <= {FOLD_BITS{1'b0}};
      tap <= {TAP_BITS{1'b0}};
    end else if (emit) begin
      tap <= last_tap ? {TAP_BITS{1'b0}} : tap + 1'b1;
      if (last_tap) fold <= last_fold ? {FOLD_BITS{1'b0}} : fold + 1'b1;
      if (freed) begin
        start <= last_output ? FIRST_START : start + START_STRIDE;
        fresh <= last_output;
      end
    end

  // One adder, whose other operand is chosen among constants.
  wire signed [HELD_BITS-1:0] step = !freed ? HELD_BITS'(0) : last_output ? HELD_LAST_STEP : HELD_STRIDE;
  wire signed [HELD_BITS-1:0] change = written ? HELD_BITS'(1) - step : -step;
  always @(posedge clk)
    if (!rst_n) held <= HELD_FIRST;
    else held <= held + change;

  wire [SLOT_BITS-1:0] slot;
  generate
    if (PIXELS % DEPTH == 0) begin : g_aligned
      // Every window starts in slot 0.
      assign slot = position[SLOT_BITS-1:0];
    end else begin : g_slots
      localparam [SLOT_BITS-1:0] FIRST_SLOT = SLOT_BITS'(-PAD_BEFORE);
      localparam [SLOT_BITS-1:0] SLOT_STRIDE = SLOT_BITS'(STRIDE);
      localparam [SLOT_BITS-1:0] SLOT_LAST_STEP = SLOT_BITS'(LAST_STEP);
      reg [SLOT_BITS-1:0] start_slot;
      assign slot = start_slot + SLOT_BITS'(tap);
      always @(posedge clk)
        if (!rst_n) start_slot <= FIRST_SLOT;
        else if (freed) start_slot <= start_slot + (last_output ? SLOT_LAST_STEP : SLOT_STRIDE);
    end
  endgenerate

  // A pad is the reset of the read register, which block RAM has too.
  reg [WORD-1:0] out;
  generate
    if (FOLDS > 1) begin : g_folds
      always @(posedge clk) if (take) ram[{write_fold, write_slot}] <= s_axis_tdata[WORD-1:0];
      always @(posedge clk) if (enable) out <= pad ? {SIMD{ELEMENT_BITS'(PAD_BITS)}} : ram[{fold, slot}];
    end else begin : g_fold
      always @(posedge clk) if (take) ram[write_slot] <= s_axis_tdata[WORD-1:0];
      always @(posedge clk) if (enable) out <= pad ? {SIMD{ELEMENT_BITS'(PAD_BITS)}} : ram[slot];
    end
  endgenerate

  always @(posedge clk)
    if (!rst_n) m_axis_tvalid <= 1'b0;
    else if (enable) m_axis_tvalid <= offer;

  generate
    if (PORT > WORD) begin : g_pad
      assign m_axis_tdata = {{(PORT - WORD) {1'b0}}, out};
    end else begin : g_full
      assign m_axis_tdata = out;
    end
  endgenerate
endmodule

`default_nettype wire
