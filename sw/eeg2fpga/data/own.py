"""A person's own recordings: EEG files and a CSV that says which stretch of which file is what.

The CSV has the header file,onset,duration,label,subject. `file` is relative to the folder of recordings, `onset` and
`duration` are seconds. Rows labelled `baseline` are no class: such a stretch (eyes open, at rest) calibrates the
subject's other rows.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eeg2fpga.data.formats import read_electrodes
from eeg2fpga.data.recording import Recording
from eeg2fpga.errors import UserError

COLUMNS = ("file", "onset", "duration", "label", "subject")
BASELINE = "baseline"


@dataclass(frozen=True)
class Row:
    """One line of the CSV."""

    line: int
    file: Path
    onset: float
    duration: float
    label: str
    subject: str


def read_table(table: Path, folder: Path) -> list[Row]:
    """Read the CSV; files are relative to `folder`.

    Raises UserError for a missing CSV, a wrong header, and a bad row, naming its line number.
    """
    if not table.is_file():
        raise UserError(f"no such CSV {table}: write one with the header {','.join(COLUMNS)}")
    try:
        with table.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream, skipinitialspace=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise UserError(f"{table} line 1: the header must be {','.join(COLUMNS)}")
            rows = [_parse(values, f"{table} line {reader.line_num}", reader.line_num, folder) for values in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{table} is no UTF-8 CSV ({error}): save it as one") from None
    if not rows:
        raise UserError(f"{table} has no rows: add a line a stretch, {','.join(COLUMNS)}")
    return rows


def class_names(rows: list[Row]) -> tuple[str, ...]:
    """The labels in order; a label's place is its class index."""
    return tuple(sorted({row.label for row in rows} - {BASELINE}))


def read(table: Path, folder: Path, sampling_rate: int) -> Iterator[Recording]:
    """Yield a recording a row of the CSV (baseline rows apart), at `sampling_rate` Hz.

    Every recording has the electrodes of the first file, in its order. Raises UserError, besides what `read_table` and
    `formats.read_electrodes` raise, for a stretch outside its file and for fewer than two labels.
    """
    rows = read_table(table, folder)
    names = class_names(rows)
    if len(names) < 2:
        raise UserError(f"{table} has only the label {', '.join(names) or BASELINE}: a classifier needs two or more")
    # One file at a time in memory, baselines first.
    cutter = _Cutter(table, sampling_rate)
    baselines: dict[str, np.ndarray] = {}
    for row in rows:
        if row.label == BASELINE:
            cut = cutter.cut(row)
            known = baselines.get(row.subject)
            baselines[row.subject] = cut if known is None else np.concatenate([known, cut], axis=1)
    for row in rows:
        if row.label != BASELINE:
            yield Recording(
                cutter.cut(row),
                sampling_rate,
                cutter.electrodes,
                names.index(row.label),
                row.subject,
                f"{row.file.stem}@{row.onset:g}",
                baselines.get(row.subject),
                str(row.file),
            )


class _Cutter:
    """Cuts stretches out of files; holds the file read last, and the electrodes of the first."""

    electrodes: tuple[str, ...] = ()

    def __init__(self, table: Path, rate: int) -> None:
        self.table, self.rate = table, rate
        self.file: Path | None = None
        self.data = np.empty((0, 0), np.float32)

    def cut(self, row: Row) -> np.ndarray:
        if row.file != self.file:
            self._open(row)
        start = round(row.onset * self.rate)
        stop = start + round(row.duration * self.rate)
        if stop > self.data.shape[1]:
            raise UserError(
                f"{self.table} line {row.line}: onset + duration is {row.onset + row.duration:g} s, but "
                f"{row.file.name} lasts {self.data.shape[1] / self.rate:g} s: correct the row"
            )
        return self.data[:, start:stop].copy()

    def _open(self, row: Row) -> None:
        data, names = read_electrodes(row.file, self.rate)
        self.electrodes = self.electrodes or names
        missing = set(self.electrodes) ^ set(names)
        if missing:
            raise UserError(
                f"{row.file}: electrode {min(missing)} is not in all files: give every file the same electrodes"
            )
        self.data = data[[names.index(name) for name in self.electrodes]]
        self.file = row.file


def _parse(values: dict, where: str, line: int, folder: Path) -> Row:
    if None in values or None in values.values():
        raise UserError(f"{where}: a row has {len(COLUMNS)} fields: {','.join(COLUMNS)}")
    numbers = {}
    for column, least in (("onset", "0 or more"), ("duration", "more than 0")):
        try:
            numbers[column] = float(values[column])
        except ValueError:
            numbers[column] = float("nan")
        legal = numbers[column] >= 0 if column == "onset" else numbers[column] > 0
        if not legal or numbers[column] == float("inf"):
            raise UserError(f"{where}: {column} `{values[column]}` must be seconds, {least}")
    for column in ("file", "label", "subject"):
        if not values[column].strip():
            raise UserError(f"{where}: {column} is empty: fill it in")
    file = folder / values["file"].strip()
    if not file.is_file():
        raise UserError(f"{where}: no such recording {file}: correct the row, or put the file there")
    return Row(line, file, numbers["onset"], numbers["duration"], values["label"].strip(), values["subject"].strip())
