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
  localparam integer ADDRESS_BITS = FOLDS > 1 ? FOLD_BITS + SLOT_BITS : SLOT_BITS;
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
  localparam signed [HELD_BITS-1:0] HELD_STRIDE = HELD_BITS'(STRIDE);
  localparam signed [HELD_BITS-1:0] HELD_LAST_STEP = HELD_BITS'(LAST_STEP);
  localparam signed [HELD_BITS-1:0] ROOM_FIRST = HELD_BITS'(PAD_BEFORE - DEPTH);
  localparam signed [HELD_BITS-1:0] BACK = HELD_BITS'(KERNEL - 1);
  localparam signed [HELD_BITS-1:0] BACK_FRESH = HELD_BITS'(KERNEL - 1 - PAD_BEFORE);
  localparam signed [HELD_BITS-1:0] BACK_STRIDE = HELD_BITS'(KERNEL - 1 - STRIDE);
  localparam signed [HELD_BITS-1:0] BACK_LAST_STEP = HELD_BITS'(KERNEL - 1 - PAD_BEFORE - LAST_STEP);
  localparam signed [POSITION_BITS-1:0] BEGIN = POSITION_BITS'(-PIXELS);
  localparam signed [POSITION_BITS-1:0] FIRST_TAP = POSITION_BITS'(-PAD_BEFORE - PIXELS);
  localparam signed [POSITION_BITS-1:0] VERY_LAST_TAP = POSITION_BITS'((OUT - 1) * STRIDE - PAD_BEFORE - PIXELS + KERNEL - 1);
  localparam signed [POSITION_BITS-1:0] TO_FOLD = POSITION_BITS'(1 - KERNEL);
  localparam signed [POSITION_BITS-1:0] TO_OUTPUT = POSITION_BITS'(1 - KERNEL + STRIDE);
  localparam signed [POSITION_BITS-1:0] TO_WINDOW = POSITION_BITS'(1 - KERNEL - (OUT - 1) * STRIDE);

  // Conditions are signs of counters, so that no comparison lies between a register and the handshake.
  // Pixels held are those written less those before the start of the current output. The start may lie in the padding: what is
  // then held for it are pixels of the window before. They are negative while pixels that no output needs have yet to come.
  // room: pixels held, less DEPTH; negative while there is a slot for another.
  // ahead: pixels held beyond the one of the current tap; negative while that is not there. The padding before a window waits
  // for its first pixel; behind a window none is waited for.
  reg signed [HELD_BITS-1:0] room, ahead;

  // Writer.
  reg [SLOT_BITS-1:0] write_slot;
  reg [FOLD_BITS-1:0] write_fold;
  wire take = s_axis_tvalid && s_axis_tready;
  wire written = take && write_fold == LAST_FOLD;
  wire unused = &{1'b0, s_axis_tdata};

  assign s_axis_tready = room[HELD_BITS-1];

  always @(posedge clk)
    if (!rst_n) begin
      write_slot <= {SLOT_BITS{1'b0}};
      write_fold <= {FOLD_BITS{1'b0}};
    end else if (take) begin
      write_fold <= written ? {FOLD_BITS{1'b0}} : write_fold + 1'b1;
      if (written) write_slot <= write_slot + 1'b1;
    end

  // Reader: position is the current tap's pixel less PIXELS.
  reg [FOLD_BITS-1:0] fold;
  reg [TAP_BITS-1:0] tap;
  reg signed [POSITION_BITS-1:0] position;
  reg fresh;
  wire enable = !m_axis_tvalid || m_axis_tready;
  wire behind = !position[POSITION_BITS-1];
  wire pad = behind || position < BEGIN;
  wire offer = behind || !ahead[HELD_BITS-1];
  wire emit = enable && offer;
  wire last_tap = tap == LAST_TAP;
  wire last_fold = fold == LAST_FOLD;
  // While the tap is the last.
  wire last_output = position == VERY_LAST_TAP;
  wire last = last_tap && last_fold;
  wire freed = emit && last;
  reg signed [POSITION_BITS-1:0] jump;
  always @*
    if (!last_tap) jump = POSITION_BITS'(1);
    else if (!last_fold) jump = TO_FOLD;
    else jump = last_output ? TO_WINDOW : TO_OUTPUT;

  always @(posedge clk)
    if (!rst_n) begin
      position <= FIRST_TAP;
      fresh <= 1'b1;
      fold <= {FOLD_BITS{1'b0}};
      tap <= {TAP_BITS{1'b0}};
    end else if (emit) begin
      tap <= last_tap ? {TAP_BITS{1'b0}} : tap + 1'b1;
      position <= position + jump;
      if (last_tap) fold <= last_fold ? {FOLD_BITS{1'b0}} : fold + 1'b1;
      if (last) fresh <= last_output;
    end

  wire signed [HELD_BITS-1:0] step = !freed ? HELD_BITS'(0) : last_output ? HELD_LAST_STEP : HELD_STRIDE;
  always @(posedge clk)
    if (!rst_n) room <= ROOM_FIRST;
    else room <= room - step + HELD_BITS'({1'b0, written});

  // In the padding before a window the tap moves, what it waits for does not.
  wire waits = fresh && int'(tap) < PAD_BEFORE;
  reg signed [HELD_BITS-1:0] moved;
  always @*
    if (!last_tap) moved = waits ? HELD_BITS'(0) : HELD_BITS'(-1);
    else if (!last_fold) moved = fresh ? BACK_FRESH : BACK;
    else moved = last_output ? BACK_LAST_STEP : BACK_STRIDE;
  always @(posedge clk)
    if (!rst_n) ahead <= HELD_BITS'(-1);
    else ahead <= ahead + (emit ? moved : HELD_BITS'(0)) + HELD_BITS'({1'b0, written});

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

  // The pixel in slot s has its fold f at {f, s}; pixels take the slots in turn, across windows too.
  wire [ADDRESS_BITS-1:0] write_address, read_address;
  generate
    if (FOLDS > 1) begin : g_folds
      assign write_address = {write_fold, write_slot};
      assign read_address  = {fold, slot};
    end else begin : g_fold
      assign write_address = write_slot;
      assign read_address  = slot;
    end
  endgenerate

  // A pad is the reset of the read register, which block RAM has too.
  localparam [WORD-1:0] PADDING = {SIMD{ELEMENT_BITS'(PAD_BITS)}};
  reg [WORD-1:0] out;
  generate
    if (BLOCK != 0) begin : g_block
      (* ram_style = "block" *)
      reg [WORD-1:0] ram[0:FOLDS*DEPTH-1];
      always @(posedge clk) if (take) ram[write_address] <= s_axis_tdata[WORD-1:0];
      always @(posedge clk)
        if (enable)
          if (pad) out <= PADDING;
          else out <= ram[read_address];
    end else begin : g_distributed
      (* ram_style = "distributed" *)
      reg [WORD-1:0] ram[0:FOLDS*DEPTH-1];
      always @(posedge clk) if (take) ram[write_address] <= s_axis_tdata[WORD-1:0];
      always @(posedge clk)
        if (enable)
          if (pad) out <= PADDING;
          else out <= ram[read_address];
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
