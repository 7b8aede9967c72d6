// All taps of a depthwise convolution over time at once: KERNEL pixels, one word every STRIDE pixels of a window of PIXELS with PAD_BEFORE
// and PAD_AFTER pixels of PAD_BITS around it.
//
// Words in hold the CHANNELS elements of a pixel, ELEMENT_BITS each, element 0 in the low bits, padded with 0 to bytes. Words out: element
// channel*KERNEL+tap. GROUP = 2 (KERNEL and STRIDE even, ELEMENT_BITS above 1): element channel*KERNEL/2+pair, the code of taps a = 2*pair and
// b = 2*pair+1, {(a-b-p)/2, (a+b-p)/2, p} with 2^(ELEMENT_BITS-1) added to both halves and p the parity of a+b (compile/logic/pairs.py).
// Nothing ever stops it: a word is taken whenever it comes, and the cycles after a window's last one, in which the padding moves in, bring none
// (credit_gate). A pixel or a pad a cycle: max(PIXELS, (OUT-1)*STRIDE+KERNEL-PAD_BEFORE) cycles a window,
// OUT = (PIXELS+PAD_BEFORE+PAD_AFTER-KERNEL)/STRIDE+1.
`default_nettype none

module tap_window #(
    parameter integer CHANNELS = 2,
    parameter integer ELEMENT_BITS = 4,
    parameter integer PIXELS = 8,
    parameter integer KERNEL = 4,
    parameter integer STRIDE = 2,
    parameter integer PAD_BEFORE = 1,
    parameter integer PAD_AFTER = 1,
    parameter integer PAD_BITS = 0,
    parameter integer GROUP = 1,
    parameter integer OUT_BITS = GROUP == 1 ? ELEMENT_BITS : 2 * ELEMENT_BITS + 1
) (
    input wire clk,
    input wire rst_n,
    input wire [(CHANNELS*ELEMENT_BITS+7)/8*8-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire [(CHANNELS*KERNEL/GROUP*OUT_BITS+7)/8*8-1:0] m_axis_tdata,
    output reg m_axis_tvalid
);
  localparam integer MOST_LOADS = 320;  // of an enable in a tap_line, if a channel's line has no more
  localparam integer PIXEL = CHANNELS * ELEMENT_BITS;
  localparam integer GROUPS = KERNEL / GROUP;
  localparam integer WORD = CHANNELS * GROUPS * OUT_BITS;
  localparam integer PORT = (WORD + 7) / 8 * 8;
  localparam integer OUT = (PIXELS + PAD_BEFORE + PAD_AFTER - KERNEL) / (STRIDE > 0 ? STRIDE : 1) + 1;
  localparam integer LAST_NEEDED = (OUT - 1) * STRIDE + KERNEL - PAD_BEFORE;
  localparam integer STEPS = PIXELS > LAST_NEEDED ? PIXELS : LAST_NEEDED;
  localparam integer STEP_BITS = $clog2(STEPS + 1);
  localparam integer FIRST_WAIT = KERNEL - PAD_BEFORE;
  localparam integer LONGEST_WAIT = FIRST_WAIT > STRIDE ? FIRST_WAIT : STRIDE;
  localparam integer WAIT_BITS = $clog2(LONGEST_WAIT + 1);
  localparam integer HALF = 1 << (ELEMENT_BITS - 1);
  // Two pads: their difference is 0, and their sum twice one of them.
  localparam integer PAD_GROUP = GROUP == 1 ? PAD_BITS : (HALF << (ELEMENT_BITS + 1)) | ((PAD_BITS ^ HALF) << 1);
  // Channels that share a tap_line, and how many such lines there are.
  localparam integer LINE = GROUPS * OUT_BITS;
  localparam integer PART_CHANNELS = LINE < MOST_LOADS ? MOST_LOADS / LINE : 1;
  localparam integer PARTS = (CHANNELS + PART_CHANNELS - 1) / PART_CHANNELS;

  generate
    if (STRIDE < 1 || KERNEL < 1 || KERNEL > PIXELS + PAD_BEFORE + PAD_AFTER) begin : g_illegal_kernel
      ILLEGAL_KERNEL_or_STRIDE_in_tap_window u ();
    end
    if (PAD_BEFORE < 0 || PAD_BEFORE >= KERNEL || PAD_AFTER < 0 || PAD_AFTER >= KERNEL) begin : g_illegal_pad
      ILLEGAL_padding_not_below_KERNEL_in_tap_window u ();
    end
    if (PAD_BITS < 0 || (PAD_BITS >> ELEMENT_BITS) != 0) begin : g_illegal_pad_bits
      ILLEGAL_PAD_BITS_exceed_ELEMENT_BITS_in_tap_window u ();
    end
    if (GROUP != 1 && (GROUP != 2 || KERNEL % 2 != 0 || STRIDE % 2 != 0 || ELEMENT_BITS < 2)) begin : g_illegal_group
      ILLEGAL_GROUP_in_tap_window u ();
    end
  endgenerate

  localparam [STEP_BITS-1:0] LAST = STEP_BITS'(STEPS - 1);
  localparam [STEP_BITS-1:0] LAST_PIXEL = STEP_BITS'(PIXELS - 1);
  localparam [WAIT_BITS-1:0] WAIT_FIRST = WAIT_BITS'(FIRST_WAIT - 1);
  localparam [WAIT_BITS-1:0] WAIT_NEXT = WAIT_BITS'(STRIDE - 1);
  localparam ODD_FIRST = PAD_BEFORE[0];

  // First stage: a step of the window brings its next pixel, or the padding after it, into `newest`.
  reg [STEP_BITS-1:0] index;
  reg [WAIT_BITS-1:0] countdown;
  reg odd, pad;
  wire step = s_axis_tvalid || pad;
  wire last = index == LAST;
  wire complete = countdown == {WAIT_BITS{1'b0}};
  wire grouped = GROUP == 1 || odd;
  wire unused = &{1'b0, s_axis_tdata};

  always @(posedge clk)
    if (!rst_n) begin
      index <= {STEP_BITS{1'b0}};
      countdown <= WAIT_FIRST;
      odd <= ODD_FIRST;
      pad <= 1'b0;
    end else if (step) begin
      index <= last ? {STEP_BITS{1'b0}} : index + 1'b1;
      countdown <= last ? WAIT_FIRST : complete ? WAIT_NEXT : countdown - 1'b1;
      odd <= last ? ODD_FIRST : !odd;
      pad <= STEPS > PIXELS && (pad ? !last : index == LAST_PIXEL);
    end

  reg [PIXEL-1:0] newest;
  always @(posedge clk) begin
    if (pad) newest <= {CHANNELS{ELEMENT_BITS'(PAD_BITS)}};
    else newest <= s_axis_tdata[PIXEL-1:0];
  end

  // Second stage: a whole group moves into the line. With the first one of a window, what is left of the window before becomes the padding.
  reg shift, emit, closing, fresh;
  wire shift_next = step && grouped;
  wire fresh_next = closing || (fresh && !shift);

  always @(posedge clk)
    if (!rst_n) begin
      shift <= 1'b0;
      emit <= 1'b0;
      closing <= 1'b1;
      fresh <= 1'b1;
      m_axis_tvalid <= 1'b0;
    end else begin
      shift <= shift_next;
      emit <= step && complete;
      closing <= step && last;
      fresh <= fresh_next;
      m_axis_tvalid <= emit;
    end

  wire [CHANNELS*OUT_BITS-1:0] entry;
  genvar c, part;
  generate
    if (GROUP == 1) begin : g_taps
      assign entry = newest;
    end else begin : g_pairs
      // The pixel before the newest; before a window's first that is padding.
      reg [PIXEL-1:0] earlier;
      reg stepped;
      always @(posedge clk)
        if (!rst_n) stepped <= 1'b0;
        else stepped <= step;
      always @(posedge clk)
        if (closing) earlier <= {CHANNELS{ELEMENT_BITS'(PAD_BITS)}};
        else if (stepped) earlier <= newest;
      for (c = 0; c < CHANNELS; c = c + 1) begin : g_code
        // With HALF added to each, a and b are unsigned; ~b then stands for -b.
        wire [ELEMENT_BITS-1:0] a = earlier[c*ELEMENT_BITS+:ELEMENT_BITS] ^ ELEMENT_BITS'(HALF);
        wire [ELEMENT_BITS-1:0] b = newest[c*ELEMENT_BITS+:ELEMENT_BITS] ^ ELEMENT_BITS'(HALF);
        wire [ELEMENT_BITS:0] sum = {1'b0, a} + {1'b0, b};
        wire [ELEMENT_BITS:0] difference = {1'b0, a} + {1'b0, ~b} + (ELEMENT_BITS + 1)'(1);
        wire unused_parity = &{1'b0, difference[0]};
        assign entry[c*OUT_BITS+:OUT_BITS] = {difference[ELEMENT_BITS:1], sum[ELEMENT_BITS:1], sum[0]};
      end
    end
  endgenerate

  generate
    for (part = 0; part < PARTS; part = part + 1) begin : g_part
      localparam integer BEFORE = part * PART_CHANNELS;
      localparam integer HERE = CHANNELS - BEFORE < PART_CHANNELS ? CHANNELS - BEFORE : PART_CHANNELS;
      tap_line #(
          .CHANNELS(HERE),
          .GROUPS(GROUPS),
          .GROUP_BITS(OUT_BITS),
          .PAD_GROUP(PAD_GROUP)
      ) lines (
          .clk(clk),
          .shift(shift_next),
          .begin_window(shift_next && fresh_next),
          .entry(entry[BEFORE*OUT_BITS+:HERE*OUT_BITS]),
          .taps(m_axis_tdata[BEFORE*LINE+:HERE*LINE])
      );
    end
    if (PORT > WORD) begin : g_pad
      assign m_axis_tdata[PORT-1:WORD] = {(PORT - WORD) {1'b0}};
    end
  endgenerate
endmodule

`default_nettype wire
