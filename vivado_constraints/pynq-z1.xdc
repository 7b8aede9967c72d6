# Digilent PYNQ-Z1, xc7z020clg400-1. Everything else goes through the processor's own pins, which need no constraint.
# The clock, FCLK0, has hardware.clock_mhz of the build: `make bitstream` writes it to clock.xdc beside the sources.
set_property PACKAGE_PIN R14 [get_ports led]
set_property IOSTANDARD LVCMOS33 [get_ports led]
