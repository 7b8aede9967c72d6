"""Names of electrodes as recorders write them, and the one spelling of each."""

from __future__ import annotations

import re
from typing import Iterable

ALIASES = {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"}
"""The old 10-20 names of the same places."""

# A reference appended to the name: 'Fp1-REF', 'Fp1-A1', 'Fp1-LE', 'Fp1-M2', 'Fp1-Avg'.
_REFERENCE = re.compile(r"-(ref|le|re|a1|a2|a1a2|m1|m2|avg|av|car)$")


def normalise_name(name: str, known: Iterable[str]) -> str:
    """The spelling in `known` of an electrode ('EEG Fp1' -> 'Fp1', 'FP1-REF' -> 'Fp1', 'T3' -> 'T7').

    A name that is not in `known` comes back without its 'EEG ' and otherwise unchanged.
    """
    spelling = {electrode.lower(): electrode for electrode in known}
    bare = re.sub(r"^eeg[\s_-]+", "", name.strip(), flags=re.IGNORECASE).strip(" .")
    place = _REFERENCE.sub("", bare.lower())
    place = {old.lower(): new.lower() for old, new in ALIASES.items()}.get(place, place)
    return spelling.get(place, bare)
