# Vivado's commands, as far as build.tcl calls them: each call is recorded in commands.txt and does what FAULT asks for. Command names,
# options and the reports' forms are those of UG835 and of reports that others published; what is only assumed of Vivado is marked [V].
proc record {name arguments} {
  set file [open commands.txt a]
  puts $file [linsert $arguments 0 $name]
  close $file
  if {[fault "error in $name"]} { error "ERROR: \[Common 17-39\] '$name' failed" }
  if {[fault "killed in $name"]} { exec kill -9 [pid] }
  if {[fault "critical in $name"]} {
    incr ::criticals
    say "CRITICAL WARNING: \[Some 1-23\] $name found something"
  }
}
proc fault {name} { expr {[info exists ::env(FAULT)] && $::env(FAULT) eq $name} }
proc say {text} {
  puts $text
  set file [open vivado.log a]
  puts $file $text
  close $file
}
file delete vivado.log
set criticals 0

# Options that a command knows (UG835); another ends the run, as Vivado's parser does.
array set options {
  set_msg_config {-id -new_severity} read_verilog {-sv} read_mem {} read_xdc {} opt_design {} place_design {} phys_opt_design {}
  route_design {} write_checkpoint {-force} write_verilog {-force -mode} synth_design {-top -part -max_dsp -verilog_define}
  report_timing_summary {-file} report_utilization {-file} report_power {-file} report_drc {-file} report_methodology {-file}
  report_cdc {-file} check_timing {-file} report_pulse_width {-file} write_bitstream {-force} get_msg_config {-count -severity}
  get_clocks {-quiet} get_timing_paths {-setup -hold -max_paths -nworst} create_project {-force -in_memory -part}
  create_bd_design {} create_bd_cell {-type -vlnv} apply_bd_automation {-rule -config} make_bd_intf_pins_external {-name}
  make_bd_pins_external {-name} get_bd_cells {} get_bd_pins {} get_bd_intf_pins {} get_bd_ports {} connect_bd_net {}
  assign_bd_address {} validate_bd_design {} save_bd_design {} get_files {} generate_target {} make_wrapper {-files -top}
}
proc checked {name arguments} {
  foreach argument $arguments {
    if {[regexp {^-[a-z]} $argument] && [lsearch -exact $::options($name) $argument] < 0} {
      error "ERROR: \[Common 17-170\] Unknown option '$argument' of $name"
    }
  }
  record $name $arguments
}
foreach name [array names options] { proc $name {args} [format { checked %s $args } $name] }

proc get_msg_config {args} { checked get_msg_config $args; return $::criticals }
proc read_verilog {args} { checked read_verilog $args; foreach name [lindex $args end] { lappend ::sources $name } }
proc synth_design {args} {
  checked synth_design $args
  foreach source $::sources { if {![file exists $source]} { error "no $source" } }
}
proc get_clocks {args} { checked get_clocks $args; if {[fault "no clock"]} { return {} } else { return [lindex $args end] } }
proc get_timing_paths {args} { checked get_timing_paths $args; lindex $args 0 }
proc get_property {name path} {
  if {[fault "no path"]} { return "" }
  if {$path eq "-setup"} { return $::env(SETUP) } else { return $::env(HOLD) }
}
proc current_design {} { return design }
proc set_property {args} {
  record set_property $args
  if {[lindex $args 0] eq "BITSTREAM.CONFIG.USR_ACCESS"} { set ::user_access [lindex $args 1] }
}
foreach name {get_bd_cells get_bd_pins get_bd_intf_pins get_bd_ports get_files} {
  proc $name {args} [format { checked %s $args; return [lindex $args end] } $name]
}
proc make_wrapper {args} {
  checked make_wrapper $args
  close [open processor_wrapper.v w]
  return processor_wrapper.v
}

proc write {name lines} {
  set file [open $name w]
  puts $file [join $lines \n]
  close $file
}
proc report_utilization {args} {
  checked report_utilization $args
  write [lindex $args end] [expr {[fault "no table"] ? {} : {
    {| Slice LUTs             | 3400 |     0 |          0 |     53200 |  6.39 |}
    {| Slice Registers        | 4000 |     0 |          0 |    106400 |  3.76 |}
    {| Block RAM Tile         |  6.5 |     0 |          0 |       140 |  4.64 |}
    {| DSPs                   |    0 |     0 |          0 |       220 |  0.00 |}
  }}]
}
proc report_power {args} {
  checked report_power $args
  write [lindex $args end] [expr {[fault "no power"] ? {} : {
    {+--------------------------+--------------+}
    {| Total On-Chip Power (W)  | 1.543        |}
    {| Design Power Budget (W)  | Unspecified* |}
    {| Dynamic (W)              | 1.407        |}
  }}]
}
proc report_timing_summary {args} {
  checked report_timing_summary $args
  # A table of the same heading follows for each clock.
  write [lindex $args end] [list \
    {| Design Timing Summary} {| ---------------------} {} \
    "    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)  THS Failing Endpoints  THS\
      Total Endpoints     WPWS(ns)     TPWS(ns)  TPWS Failing Endpoints  TPWS Total Endpoints  " \
    "    -------      -------  ---------------------  -------------------      -------      -------  ---------------------  --\
      -----------------     --------     --------  ----------------------  --------------------  " \
    "      $::env(SETUP)        0.000                      0                45198        $::env(HOLD)        0.000\
                      0                45198        $::env(PULSE)        0.000                       0                 15526  " \
    {} {All user specified timing constraints are met.}]
}
# A rule of a severity in the summary table of report_drc and report_methodology.
proc rules {file fault} {
  set rows {{| Rule   | Severity | Description            | Violations |} {| ZPS7-9 | Warning  | A remark               | 2          |}}
  if {[fault "$fault error"]} { lappend rows {| NSTD-1 | Error | Unspecified I/O Standard | 1 |} }
  if {[fault "$fault critical"]} { lappend rows {| TIMING-17 | Critical Warning | Non-clocked sequential cell | 3 |} }
  write $file $rows
}
proc report_drc {args} { checked report_drc $args; rules [lindex $args end] drc }
proc report_methodology {args} { checked report_methodology $args; rules [lindex $args end] methodology }
proc report_cdc {args} {
  checked report_cdc $args
  # [V] The form of the summary by clock pair, and of that by rule.
  write [lindex $args end] [expr {[fault "cdc critical"] ? {
    {Severity  Source Clock  Destination Clock  CDC Type   Exceptions  Endpoints  Safe  Unsafe  Unknown  No ASYNC_REG}
    {--------  ------------  -----------------  --------   ----------  ---------  ----  ------  -------  ------------}
    {Critical  fclk0         other              No Common  None                1     0       1        0             1}
  } : [fault "cdc rule"] ? {{CDC-1    Critical         1  1-bit unknown CDC circuitry}} : {{All paths are Safely Timed.}}}]
}
proc check_timing {args} {
  checked check_timing $args
  set lines {}
  foreach {number name} {
    1 no_clock 2 constant_clock 3 pulse_width_clock 4 unconstrained_internal_endpoints 5 no_input_delay 6 no_output_delay
    7 multiple_clock 8 generated_clocks 9 loops 10 partial_input_delay 11 partial_output_delay 12 latch_loops
  } {
    set count [expr {[fault "timing $name"] ? 12 : $name eq "no_output_delay"}]
    lappend lines "$number. checking $name ($count)"
  }
  write [lindex $args end] $lines
}
proc write_verilog {args} {
  checked write_verilog $args
  # Of a design that Yosys has synthesised vivado.py has made one.
  if {[file exists yosys_routed.v]} { file copy -force yosys_routed.v [lindex $args end] }
}
proc write_bitstream {args} {
  checked write_bitstream $args
  if {![info exists ::user_access]} { error "no USR_ACCESS" }
  # vivado.py makes the file.
  if {![fault "no bit"]} { write bitstream.txt [list [lindex $args end] $::user_access] }
}
