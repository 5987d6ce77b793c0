"""Prints what SciPy reads of MAT files as JSON: file -> variable -> value, or file -> the error."""

import json
import sys
import warnings

import numpy as np
import scipy.io
import scipy.sparse
from scipy.io.matlab import MatlabFunction, MatlabObject, MatlabOpaque


def number(value):
    """As JavaScript has it: integers beyond 53 bits and what is not finite as text."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and not np.isfinite(value):
        return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return str(value) if isinstance(value, int) and abs(value) >= 2**53 else value


def numbers(array):
    return [number(value) for value in np.asarray(array).ravel(order="C").tolist()]


def plain(value):
    if scipy.sparse.issparse(value):
        entries = sorted((int(c), int(r), complex(v)) for r, c, v in zip(*scipy.sparse.find(value)))
        return {"sparse": list(value.shape), "entries": [[r, c, v.real, v.imag] for c, r, v in entries]}
    if isinstance(value, (MatlabFunction, MatlabObject, MatlabOpaque)):
        return {"unreadable": True}
    if value.dtype.names is not None:
        names = value.dtype.names
        return {"struct": list(value.shape), "fields": {n: [plain(v) for v in value[n].ravel()] for n in names}}
    if value.dtype.kind == "O":
        if value.size and all(v is None for v in value.ravel()):
            return {"struct": list(value.shape), "fields": {}}
        return {"cell": list(value.shape), "elements": [plain(v) for v in value.ravel()]}
    if value.dtype.kind == "U":
        # SciPy fills with blanks where characters are missing.
        text = "".join(value.ravel().tolist())
        text = text if text.strip() else ""
        return {"char": list(value.shape) if text else "empty", "text": text}
    if value.dtype.kind == "c":
        return {"numbers": list(value.shape), "real": numbers(value.real), "imaginary": numbers(value.imag)}
    return {"numbers": list(value.shape), "real": numbers(value)}


def read(file):
    warnings.simplefilter("ignore")
    try:
        found = scipy.io.loadmat(file, chars_as_strings=False, spmatrix=True)
    except Exception as error:  # the test compares which files cannot be read
        return {"error": f"{type(error).__name__}: {error}"}
    return {name: plain(value) for name, value in found.items() if not name.startswith("__")}


print(json.dumps({file: read(file) for file in sys.argv[1:]}))
