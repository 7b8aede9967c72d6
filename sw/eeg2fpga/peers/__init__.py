"""Peers: what the field would use on the same windows, fitted on the same folds."""

from eeg2fpga.peers.band_power import fit_band_power
from eeg2fpga.peers.braindecode_nets import fit_eegnet, fit_shallow
from eeg2fpga.peers.peer import Fit, Peer

PEERS: dict[str, Fit] = {
    "band_power_logistic_regression": fit_band_power,
    "braindecode_eegnet": fit_eegnet,
    "braindecode_shallow": fit_shallow,
}
"""By name: fit(data set, split, seed). Those of Braindecode raise UserError where it is not installed."""

PEERS_VERSION = 6
"""Part of every stored result's key: raise it when a peer would be fitted otherwise."""

__all__ = ["PEERS", "PEERS_VERSION", "Fit", "Peer"]
