// 36 Kb of block RAM (UG473, UG953): RAM_MODE "TDP", two ports of up to 36 bits, or "SDP", port A reads, port B writes, up to 72 bits.
//
// Not modelled, and refused with the value: inverted or different clocks, INIT_FILE, cascades, error correction, WRITE_FIRST on a port whose
// words differ, and what UG473 does not allow. Write enables beyond a word must repeat those of the word.
// verilator lint_off DECLFILENAME
// verilator lint_off UNUSEDSIGNAL
// verilator lint_off UNUSEDPARAM
// verilator lint_off WIDTHEXPAND
// verilator lint_off WIDTHTRUNC
`default_nettype none

module RAMB36E1 #(
    parameter [255:0] INIT_00 = 0,
    parameter [255:0] INIT_01 = 0,
    parameter [255:0] INIT_02 = 0,
    parameter [255:0] INIT_03 = 0,
    parameter [255:0] INIT_04 = 0,
    parameter [255:0] INIT_05 = 0,
    parameter [255:0] INIT_06 = 0,
    parameter [255:0] INIT_07 = 0,
    parameter [255:0] INIT_08 = 0,
    parameter [255:0] INIT_09 = 0,
    parameter [255:0] INIT_0A = 0,
    parameter [255:0] INIT_0B = 0,
    parameter [255:0] INIT_0C = 0,
    parameter [255:0] INIT_0D = 0,
    parameter [255:0] INIT_0E = 0,
    parameter [255:0] INIT_0F = 0,
    parameter [255:0] INIT_10 = 0,
    parameter [255:0] INIT_11 = 0,
    parameter [255:0] INIT_12 = 0,
    parameter [255:0] INIT_13 = 0,
    parameter [255:0] INIT_14 = 0,
    parameter [255:0] INIT_15 = 0,
    parameter [255:0] INIT_16 = 0,
    parameter [255:0] INIT_17 = 0,
    parameter [255:0] INIT_18 = 0,
    parameter [255:0] INIT_19 = 0,
    parameter [255:0] INIT_1A = 0,
    parameter [255:0] INIT_1B = 0,
    parameter [255:0] INIT_1C = 0,
    parameter [255:0] INIT_1D = 0,
    parameter [255:0] INIT_1E = 0,
    parameter [255:0] INIT_1F = 0,
    parameter [255:0] INIT_20 = 0,
    parameter [255:0] INIT_21 = 0,
    parameter [255:0] INIT_22 = 0,
    parameter [255:0] INIT_23 = 0,
    parameter [255:0] INIT_24 = 0,
    parameter [255:0] INIT_25 = 0,
    parameter [255:0] INIT_26 = 0,
    parameter [255:0] INIT_27 = 0,
    parameter [255:0] INIT_28 = 0,
    parameter [255:0] INIT_29 = 0,
    parameter [255:0] INIT_2A = 0,
    parameter [255:0] INIT_2B = 0,
    parameter [255:0] INIT_2C = 0,
    parameter [255:0] INIT_2D = 0,
    parameter [255:0] INIT_2E = 0,
    parameter [255:0] INIT_2F = 0,
    parameter [255:0] INIT_30 = 0,
    parameter [255:0] INIT_31 = 0,
    parameter [255:0] INIT_32 = 0,
    parameter [255:0] INIT_33 = 0,
    parameter [255:0] INIT_34 = 0,
    parameter [255:0] INIT_35 = 0,
    parameter [255:0] INIT_36 = 0,
    parameter [255:0] INIT_37 = 0,
    parameter [255:0] INIT_38 = 0,
    parameter [255:0] INIT_39 = 0,
    parameter [255:0] INIT_3A = 0,
    parameter [255:0] INIT_3B = 0,
    parameter [255:0] INIT_3C = 0,
    parameter [255:0] INIT_3D = 0,
    parameter [255:0] INIT_3E = 0,
    parameter [255:0] INIT_3F = 0,
    parameter [255:0] INIT_40 = 0,
    parameter [255:0] INIT_41 = 0,
    parameter [255:0] INIT_42 = 0,
    parameter [255:0] INIT_43 = 0,
    parameter [255:0] INIT_44 = 0,
    parameter [255:0] INIT_45 = 0,
    parameter [255:0] INIT_46 = 0,
    parameter [255:0] INIT_47 = 0,
    parameter [255:0] INIT_48 = 0,
    parameter [255:0] INIT_49 = 0,
    parameter [255:0] INIT_4A = 0,
    parameter [255:0] INIT_4B = 0,
    parameter [255:0] INIT_4C = 0,
    parameter [255:0] INIT_4D = 0,
    parameter [255:0] INIT_4E = 0,
    parameter [255:0] INIT_4F = 0,
    parameter [255:0] INIT_50 = 0,
    parameter [255:0] INIT_51 = 0,
    parameter [255:0] INIT_52 = 0,
    parameter [255:0] INIT_53 = 0,
    parameter [255:0] INIT_54 = 0,
    parameter [255:0] INIT_55 = 0,
    parameter [255:0] INIT_56 = 0,
    parameter [255:0] INIT_57 = 0,
    parameter [255:0] INIT_58 = 0,
    parameter [255:0] INIT_59 = 0,
    parameter [255:0] INIT_5A = 0,
    parameter [255:0] INIT_5B = 0,
    parameter [255:0] INIT_5C = 0,
    parameter [255:0] INIT_5D = 0,
    parameter [255:0] INIT_5E = 0,
    parameter [255:0] INIT_5F = 0,
    parameter [255:0] INIT_60 = 0,
    parameter [255:0] INIT_61 = 0,
    parameter [255:0] INIT_62 = 0,
    parameter [255:0] INIT_63 = 0,
    parameter [255:0] INIT_64 = 0,
    parameter [255:0] INIT_65 = 0,
    parameter [255:0] INIT_66 = 0,
    parameter [255:0] INIT_67 = 0,
    parameter [255:0] INIT_68 = 0,
    parameter [255:0] INIT_69 = 0,
    parameter [255:0] INIT_6A = 0,
    parameter [255:0] INIT_6B = 0,
    parameter [255:0] INIT_6C = 0,
    parameter [255:0] INIT_6D = 0,
    parameter [255:0] INIT_6E = 0,
    parameter [255:0] INIT_6F = 0,
    parameter [255:0] INIT_70 = 0,
    parameter [255:0] INIT_71 = 0,
    parameter [255:0] INIT_72 = 0,
    parameter [255:0] INIT_73 = 0,
    parameter [255:0] INIT_74 = 0,
    parameter [255:0] INIT_75 = 0,
    parameter [255:0] INIT_76 = 0,
    parameter [255:0] INIT_77 = 0,
    parameter [255:0] INIT_78 = 0,
    parameter [255:0] INIT_79 = 0,
    parameter [255:0] INIT_7A = 0,
    parameter [255:0] INIT_7B = 0,
    parameter [255:0] INIT_7C = 0,
    parameter [255:0] INIT_7D = 0,
    parameter [255:0] INIT_7E = 0,
    parameter [255:0] INIT_7F = 0,
    parameter [255:0] INITP_00 = 0,
    parameter [255:0] INITP_01 = 0,
    parameter [255:0] INITP_02 = 0,
    parameter [255:0] INITP_03 = 0,
    parameter [255:0] INITP_04 = 0,
    parameter [255:0] INITP_05 = 0,
    parameter [255:0] INITP_06 = 0,
    parameter [255:0] INITP_07 = 0,
    parameter [255:0] INITP_08 = 0,
    parameter [255:0] INITP_09 = 0,
    parameter [255:0] INITP_0A = 0,
    parameter [255:0] INITP_0B = 0,
    parameter [255:0] INITP_0C = 0,
    parameter [255:0] INITP_0D = 0,
    parameter [255:0] INITP_0E = 0,
    parameter [255:0] INITP_0F = 0,
    parameter [35:0] INIT_A = 0,
    parameter [35:0] INIT_B = 0,
    parameter [35:0] SRVAL_A = 0,
    parameter [35:0] SRVAL_B = 0,
    parameter RAM_MODE = "TDP",
    parameter integer READ_WIDTH_A = 0,
    parameter integer READ_WIDTH_B = 0,
    parameter integer WRITE_WIDTH_A = 0,
    parameter integer WRITE_WIDTH_B = 0,
    parameter WRITE_MODE_A = "WRITE_FIRST",
    parameter WRITE_MODE_B = "WRITE_FIRST",
    parameter integer DOA_REG = 0,
    parameter integer DOB_REG = 0,
    parameter RSTREG_PRIORITY_A = "RSTREG",
    parameter RSTREG_PRIORITY_B = "RSTREG",
    parameter [0:0] IS_ENARDEN_INVERTED = 1'b0,
    parameter [0:0] IS_ENBWREN_INVERTED = 1'b0,
    parameter [0:0] IS_RSTRAMARSTRAM_INVERTED = 1'b0,
    parameter [0:0] IS_RSTRAMB_INVERTED = 1'b0,
    parameter [0:0] IS_RSTREGARSTREG_INVERTED = 1'b0,
    parameter [0:0] IS_RSTREGB_INVERTED = 1'b0,
    parameter INIT_FILE = "NONE",
    parameter RAM_EXTENSION_A = "NONE",
    parameter RAM_EXTENSION_B = "NONE",
    parameter EN_ECC_READ = "FALSE",
    parameter EN_ECC_WRITE = "FALSE",
    parameter [0:0] IS_CLKARDCLK_INVERTED = 1'b0,
    parameter [0:0] IS_CLKBWRCLK_INVERTED = 1'b0,
    // Of timing and other simulators alone.
    parameter RDADDR_COLLISION_HWCONFIG = "DELAYED_WRITE",
    parameter SIM_COLLISION_CHECK = "ALL",
    parameter SIM_DEVICE = "7SERIES"
) (
    input wire CLKARDCLK, CLKBWRCLK, ENARDEN, ENBWREN, REGCEAREGCE, REGCEB,
    input wire RSTRAMARSTRAM, RSTRAMB, RSTREGARSTREG, RSTREGB,
    input wire [15:0] ADDRARDADDR, ADDRBWRADDR,
    input wire [31:0] DIADI, DIBDI,
    input wire [3:0] DIPADIP, DIPBDIP,
    input wire [3:0] WEA,
    input wire [7:0] WEBWE,
    input wire CASCADEINA, CASCADEINB, INJECTDBITERR, INJECTSBITERR,
    output wire CASCADEOUTA, CASCADEOUTB, DBITERR, SBITERR,
    output wire [7:0] ECCPARITY,
    output wire [8:0] RDADDRECC,
    output wire [31:0] DOADO, DOBDO,
    output wire [3:0] DOPADOP, DOPBDOP
);
  localparam integer SIMPLE = RAM_MODE == "SDP" ? 1 : 0;

  function illegal(input integer bits, input integer most);
    illegal = bits > most || bits != 0 && bits != 1 && bits != 2 && bits != 4 && bits != 9 && bits != 18 && bits != 36 && bits != 72;
  endfunction

  generate
    if (RAM_MODE != "TDP" && RAM_MODE != "SDP") begin : g_mode
      initial $fatal(1, "RAMB36E1: RAM_MODE = %s, modelled are TDP and SDP", RAM_MODE);
    end
    if (illegal(READ_WIDTH_A, SIMPLE != 0 ? 72 : 36)) begin : g_read_width_a
      initial $fatal(1, "RAMB36E1: READ_WIDTH_A = %0d with RAM_MODE = %s", READ_WIDTH_A, RAM_MODE);
    end
    if (illegal(READ_WIDTH_B, SIMPLE != 0 ? 0 : 36)) begin : g_read_width_b
      initial $fatal(1, "RAMB36E1: READ_WIDTH_B = %0d with RAM_MODE = %s", READ_WIDTH_B, RAM_MODE);
    end
    if (illegal(WRITE_WIDTH_A, SIMPLE != 0 ? 0 : 36)) begin : g_write_width_a
      initial $fatal(1, "RAMB36E1: WRITE_WIDTH_A = %0d with RAM_MODE = %s", WRITE_WIDTH_A, RAM_MODE);
    end
    if (illegal(WRITE_WIDTH_B, SIMPLE != 0 ? 72 : 36)) begin : g_write_width_b
      initial $fatal(1, "RAMB36E1: WRITE_WIDTH_B = %0d with RAM_MODE = %s", WRITE_WIDTH_B, RAM_MODE);
    end
    if (WRITE_MODE_A != "READ_FIRST" && WRITE_MODE_A != "WRITE_FIRST" && WRITE_MODE_A != "NO_CHANGE") begin : g_write_mode_a
      initial $fatal(1, "RAMB36E1: WRITE_MODE_A = %s", WRITE_MODE_A);
    end
    if (WRITE_MODE_A == "WRITE_FIRST" && READ_WIDTH_A != 0 && WRITE_WIDTH_A != 0 && READ_WIDTH_A != WRITE_WIDTH_A) begin : g_widths_a
      initial $fatal(1, "RAMB36E1: WRITE_FIRST with READ_WIDTH_A = %0d, WRITE_WIDTH_A = %0d is not modelled", READ_WIDTH_A, WRITE_WIDTH_A);
    end
    if (DOA_REG != 0 && DOA_REG != 1) begin : g_register_a
      initial $fatal(1, "RAMB36E1: DOA_REG = %0d", DOA_REG);
    end
    if (RSTREG_PRIORITY_A != "RSTREG" && RSTREG_PRIORITY_A != "REGCE") begin : g_priority_a
      initial $fatal(1, "RAMB36E1: RSTREG_PRIORITY_A = %s", RSTREG_PRIORITY_A);
    end
    if (WRITE_MODE_B != "READ_FIRST" && WRITE_MODE_B != "WRITE_FIRST" && WRITE_MODE_B != "NO_CHANGE") begin : g_write_mode_b
      initial $fatal(1, "RAMB36E1: WRITE_MODE_B = %s", WRITE_MODE_B);
    end
    if (WRITE_MODE_B == "WRITE_FIRST" && READ_WIDTH_B != 0 && WRITE_WIDTH_B != 0 && READ_WIDTH_B != WRITE_WIDTH_B) begin : g_widths_b
      initial $fatal(1, "RAMB36E1: WRITE_FIRST with READ_WIDTH_B = %0d, WRITE_WIDTH_B = %0d is not modelled", READ_WIDTH_B, WRITE_WIDTH_B);
    end
    if (DOB_REG != 0 && DOB_REG != 1) begin : g_register_b
      initial $fatal(1, "RAMB36E1: DOB_REG = %0d", DOB_REG);
    end
    if (RSTREG_PRIORITY_B != "RSTREG" && RSTREG_PRIORITY_B != "REGCE") begin : g_priority_b
      initial $fatal(1, "RAMB36E1: RSTREG_PRIORITY_B = %s", RSTREG_PRIORITY_B);
    end
    if (INIT_FILE != "NONE") begin : g_init_file
      initial $fatal(1, "RAMB36E1: INIT_FILE = %s is not modelled", INIT_FILE);
    end
    if (RAM_EXTENSION_A != "NONE") begin : g_ram_extension_a
      initial $fatal(1, "RAMB36E1: RAM_EXTENSION_A = %s is not modelled", RAM_EXTENSION_A);
    end
    if (RAM_EXTENSION_B != "NONE") begin : g_ram_extension_b
      initial $fatal(1, "RAMB36E1: RAM_EXTENSION_B = %s is not modelled", RAM_EXTENSION_B);
    end
    if (EN_ECC_READ != "FALSE") begin : g_en_ecc_read
      initial $fatal(1, "RAMB36E1: EN_ECC_READ = %s is not modelled", EN_ECC_READ);
    end
    if (EN_ECC_WRITE != "FALSE") begin : g_en_ecc_write
      initial $fatal(1, "RAMB36E1: EN_ECC_WRITE = %s is not modelled", EN_ECC_WRITE);
    end
    if (IS_CLKARDCLK_INVERTED != 1'b0) begin : g_is_clkardclk_inverted
      initial $fatal(1, "RAMB36E1: IS_CLKARDCLK_INVERTED = %b is not modelled", IS_CLKARDCLK_INVERTED);
    end
    if (IS_CLKBWRCLK_INVERTED != 1'b0) begin : g_is_clkbwrclk_inverted
      initial $fatal(1, "RAMB36E1: IS_CLKBWRCLK_INVERTED = %b is not modelled", IS_CLKBWRCLK_INVERTED);
    end
  endgenerate

  // INIT_* and SRVAL_* have the parity bits of a word above its data; here each is beside its byte.
  function [71:0] beside(input [35:0] word, input integer bits);
    integer k;
    begin
      beside = word;
      if (bits >= 9) for (k = 0; k < bits / 9; k = k + 1) beside[9*k+:9] = {word[bits/9*8+k], word[8*k+:8]};
    end
  endfunction
  localparam [71:0] START_A = READ_WIDTH_A > 36 ? beside(INIT_B, 36) << 36 | beside(INIT_A, 36) : beside(INIT_A, READ_WIDTH_A);
  localparam [71:0] RESET_A = READ_WIDTH_A > 36 ? beside(SRVAL_B, 36) << 36 | beside(SRVAL_A, 36) : beside(SRVAL_A, READ_WIDTH_A);

  wire [71:0] in_a = {DIPADIP[3], DIADI[31:24], DIPADIP[2], DIADI[23:16], DIPADIP[1], DIADI[15:8], DIPADIP[0], DIADI[7:0]};
  wire [71:0] in_b = {DIPBDIP[3], DIBDI[31:24], DIPBDIP[2], DIBDI[23:16], DIPBDIP[1], DIBDI[15:8], DIPBDIP[0], DIBDI[7:0]};
  wire [71:0] wide = in_b << 36 | in_a;
  wire [71:0] out_a, out_b;
  wire [35:0] upper = READ_WIDTH_A > 36 ? out_a[71:36] : out_b[35:0];
  assign {DOPADOP[3], DOADO[31:24], DOPADOP[2], DOADO[23:16], DOPADOP[1], DOADO[15:8], DOPADOP[0], DOADO[7:0]} = out_a[35:0];
  assign {DOPBDOP[3], DOBDO[31:24], DOPBDOP[2], DOBDO[23:16], DOPBDOP[1], DOBDO[15:8], DOPBDOP[0], DOBDO[7:0]} = upper;
  assign {CASCADEOUTA, CASCADEOUTB, DBITERR, SBITERR, ECCPARITY, RDADDRECC} = 21'd0;

  wire [1:0] enable = {ENBWREN ^ IS_ENBWREN_INVERTED, ENARDEN ^ IS_ENARDEN_INVERTED};
  wire [7:0] write_a = WEA;
  wire [7:0] write_b = SIMPLE != 0 ? WEBWE : WEBWE[3:0];

  xc7_repeated #(.LANES(4), .BITS(WRITE_WIDTH_A)) lanes_a (.clk(CLKARDCLK), .enable(enable[0]), .write(write_a));
  xc7_repeated #(.LANES(SIMPLE != 0 ? 8 : 4), .BITS(WRITE_WIDTH_B)) lanes_b (.clk(CLKBWRCLK), .enable(enable[1]), .write(write_b));

  xc7_block_ram #(
      .BYTES(4096),
      .INIT({
        INIT_7F, INIT_7E, INIT_7D, INIT_7C, INIT_7B, INIT_7A, INIT_79, INIT_78,
        INIT_77, INIT_76, INIT_75, INIT_74, INIT_73, INIT_72, INIT_71, INIT_70,
        INIT_6F, INIT_6E, INIT_6D, INIT_6C, INIT_6B, INIT_6A, INIT_69, INIT_68,
        INIT_67, INIT_66, INIT_65, INIT_64, INIT_63, INIT_62, INIT_61, INIT_60,
        INIT_5F, INIT_5E, INIT_5D, INIT_5C, INIT_5B, INIT_5A, INIT_59, INIT_58,
        INIT_57, INIT_56, INIT_55, INIT_54, INIT_53, INIT_52, INIT_51, INIT_50,
        INIT_4F, INIT_4E, INIT_4D, INIT_4C, INIT_4B, INIT_4A, INIT_49, INIT_48,
        INIT_47, INIT_46, INIT_45, INIT_44, INIT_43, INIT_42, INIT_41, INIT_40,
        INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38,
        INIT_37, INIT_36, INIT_35, INIT_34, INIT_33, INIT_32, INIT_31, INIT_30,
        INIT_2F, INIT_2E, INIT_2D, INIT_2C, INIT_2B, INIT_2A, INIT_29, INIT_28,
        INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20,
        INIT_1F, INIT_1E, INIT_1D, INIT_1C, INIT_1B, INIT_1A, INIT_19, INIT_18,
        INIT_17, INIT_16, INIT_15, INIT_14, INIT_13, INIT_12, INIT_11, INIT_10,
        INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08,
        INIT_07, INIT_06, INIT_05, INIT_04, INIT_03, INIT_02, INIT_01, INIT_00
      }),
      .INITP({
        INITP_0F, INITP_0E, INITP_0D, INITP_0C, INITP_0B, INITP_0A, INITP_09, INITP_08,
        INITP_07, INITP_06, INITP_05, INITP_04, INITP_03, INITP_02, INITP_01, INITP_00
      }),
      .READ_A(READ_WIDTH_A),
      .READ_B(READ_WIDTH_B),
      .WRITE_A(WRITE_WIDTH_A),
      .WRITE_B(WRITE_WIDTH_B),
      .MODE_A(WRITE_MODE_A),
      .MODE_B(WRITE_MODE_B),
      .REGISTER_A(DOA_REG),
      .REGISTER_B(DOB_REG),
      .PRIORITY_A(RSTREG_PRIORITY_A),
      .PRIORITY_B(RSTREG_PRIORITY_B),
      .START_A(START_A),
      .RESET_A(RESET_A),
      .START_B(beside(INIT_B, READ_WIDTH_B)),
      .RESET_B(beside(SRVAL_B, READ_WIDTH_B))
  ) memory (
      .clk_a(CLKARDCLK),
      .clk_b(CLKBWRCLK),
      .enable(enable),
      .latch_reset({RSTRAMB ^ IS_RSTRAMB_INVERTED, RSTRAMARSTRAM ^ IS_RSTRAMARSTRAM_INVERTED}),
      .register_reset({RSTREGB ^ IS_RSTREGB_INVERTED, RSTREGARSTREG ^ IS_RSTREGARSTREG_INVERTED}),
      .register_enable({REGCEB, REGCEAREGCE}),
      .address({ADDRBWRADDR[14:0], ADDRARDADDR[14:0]}),
      .write({write_b, write_a}),
      .in({WRITE_WIDTH_B > 36 ? wide : in_b, in_a}),
      .out({out_b, out_a})
  );
endmodule

`default_nettype wire
