"""Pickled dictionaries of number arrays, read without trusting the file.

A pickle is a program. This unpickler gives it the few names that arrays need, all of them stand-ins of this module: no
NumPy constructor, let alone anything else, is ever called with what the file says.
"""

import pickle
from pathlib import Path

import numpy as np

from eeg2fpga.errors import UserError

_NUMBERS = {"f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"}


class _ForbiddenError(Exception):
    """The pickle asks for more than arrays of numbers."""


class _Dtype:
    """Stands in for numpy.dtype: an item type of plain numbers."""

    def __init__(self, code: str, *_: object) -> None:
        self.code = code.lstrip("<>|=") if isinstance(code, str) else ""
        if self.code not in _NUMBERS:
            raise _ForbiddenError(f"items of type {code!r}")
        self.order = code[0] if code[0] in "<>" else "<"

    def __setstate__(self, state: tuple) -> None:
        self.order = ">" if state[1] == ">" else "<"


class _Array:
    """Stands in for numpy.ndarray between its reconstruction and its state."""

    values: np.ndarray | None = None

    def __init__(self, *_: object) -> None:
        pass

    def __setstate__(self, state: tuple) -> None:
        _, shape, dtype, fortran, content = state
        if not isinstance(dtype, _Dtype):
            raise _ForbiddenError("an array without an item type")
        buffer = content.encode("latin1") if isinstance(content, str) else content
        flat = np.frombuffer(buffer, np.dtype(dtype.order + dtype.code))
        self.values = flat.reshape(shape, order="F" if fortran else "C")


class _Bytes(bytes):
    """Stands in for _codecs.encode, by which Python 3 writes bytes in the old pickle protocols."""

    def __new__(cls, text: str, encoding: str) -> "_Bytes":
        if encoding != "latin1":
            raise _ForbiddenError(f"encoding {encoding!r}")
        return super().__new__(cls, text.encode("latin1"))

    def __setstate__(self, state: object) -> None:
        raise _ForbiddenError("attributes of a string")


# Classes with a __setstate__ only: a pickle may set attributes of anything else that it is given.
_ADMITTED = {
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
    ("_codecs", "encode"): _Bytes,
}


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        try:
            return _ADMITTED[module, name]
        except KeyError:
            raise _ForbiddenError(f"{module}.{name}") from None


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read {name: array of numbers} from a pickle, Python 2's included (its strings are Latin-1).

    Nothing that the pickle names runs. Raises UserError for a missing or damaged file, and for a pickle that asks for
    anything but arrays of numbers.
    """
    if not path.is_file():
        raise UserError(f"no such recording {path}: check the name, or put the file there")
    try:
        with path.open("rb") as stream:
            content = _ArrayUnpickler(stream, encoding="latin1").load()
    except _ForbiddenError as error:
        raise UserError(
            f"{path} asks for {error} besides arrays, which recordings do not: it was not run; get the file from DEAP"
        ) from None
    except Exception as error:  # a damaged pickle raises whatever its bytes lead to
        raise UserError(f"{path} is truncated or no pickle ({type(error).__name__}): get it again") from None
    if not isinstance(content, dict) or not all(isinstance(value, _Array) for value in content.values()):
        raise UserError(f"{path} holds no dictionary of arrays: get it again")
    return {str(name): array.values for name, array in content.items() if array.values is not None}
