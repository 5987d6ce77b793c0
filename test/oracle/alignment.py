"""
Alignment matrices in NumPy (float64) as the oracle of lib/alignment.

`python test/oracle/alignment.py lack <recording.h5> <condition>…` makes trials of these conditions have none.
`python test/oracle/alignment.py compare` reads from standard input a JSON list of
{file, recordings: {name: path}, rebin, factors, ridge: null | {normalizeEach}}
and prints for each what alignment.h5 at `file` differs by from what is computed here, written for reading: full
matrices with NaN, the SVD for complete data, least squares by numpy.linalg.lstsq, ridge by its normal equations.
"""

import json
import sys

import h5py
import numpy as np


def averages(path, rebin):
    """Condition -> bins × channels."""
    with h5py.File(path) as f:
        spikes, conditions = f["spikes"][()].astype(float), f["conditionId"][()].astype(float)
    trials, bins, channels = spikes.shape
    kept = bins // rebin
    counts = spikes[:, : kept * rebin].reshape(trials, kept, rebin, channels).sum(axis=2)
    return {c: counts[conditions == c].mean(axis=0) for c in np.unique(conditions[~np.isnan(conditions)])}


def principal_weights(centred, count):
    """Channels × count. Covariances of pairs where rows are missing, of complete rows where that is no covariance."""
    complete = ~np.isnan(centred).any(axis=1)
    if complete.all():
        return np.linalg.svd(centred, full_matrices=False)[2][:count].T
    there = ~np.isnan(centred)
    zeros = np.where(there, centred, 0)
    joint = there.T.astype(float) @ there
    covariance = zeros.T @ zeros / (joint - 1)
    values, vectors = np.linalg.eigh(covariance)
    if values[0] < -1e-10 * values[-1]:
        rows = centred[complete]
        return np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)[2][:count].T
    return vectors[:, ::-1][:, :count]


def fit_ridge(x, y, lam):
    wide = np.column_stack([np.ones(len(x)), x])
    penalty = lam * np.eye(wide.shape[1])
    penalty[0, 0] = 0
    solved = np.linalg.solve(wide.T @ wide + penalty, wide.T @ y)
    return solved[0], solved[1:]


def ridge(x, y, normalize_each):
    divisors = x.std(axis=0, ddof=1) if normalize_each else np.full(x.shape[1], x.std(ddof=1))
    x = x / divisors
    grid = np.logspace(-5, 0, 15)
    fold = (np.arange(len(x)) + 1) % 10
    errors = np.zeros(15)
    for k, lam in enumerate(grid):
        for f in range(10):
            intercept, w = fit_ridge(x[fold == f], y[fold == f], lam)
            errors[k] += np.mean((x[fold != f] @ w + intercept - y[fold != f]) ** 2)
    lam = grid[np.argmin(errors)]
    return fit_ridge(x, y, lam)[1] / divisors[:, None], lam


def compare(case):
    found = {name: averages(path, case["rebin"]) for name, path in case["recordings"].items()}
    conditions = sorted(set().union(*found.values()))
    blocks = []
    for own in found.values():
        nothing = np.full_like(next(iter(own.values())), np.nan)
        blocks.append(np.concatenate([own.get(c, nothing) for c in conditions]))
    everything = np.concatenate(blocks, axis=1)
    biases = np.nanmean(everything, axis=0)
    centred = everything - biases
    weights = principal_weights(centred, case["factors"])
    pcs = centred @ weights
    fitted = ~np.isnan(pcs).any(axis=1)
    target = pcs[fitted] - pcs[fitted].mean(axis=0)

    worst = {"bias": 0.0, "reconstruction": 0.0, "matrix": 0.0, "lambda": 0.0}
    with h5py.File(case["file"]) as f:
        theirs = f["global_pcs"][()].reshape(len(pcs), -1)
        same_rows = bool((np.isnan(theirs).any(axis=1) == ~fitted).all())
        # The sign of a PC is a matter of taste.
        signs = np.sign((theirs[fitted] * pcs[fitted]).sum(axis=0))
        worst["pcs"] = relative(theirs[fitted], pcs[fitted] * signs)
        worst["angle"] = angle(theirs[fitted], pcs[fitted])
        first = 0
        for name, block in zip(found, blocks):
            own = f["datasets"][name]
            columns = slice(first, first + block.shape[1])
            first += block.shape[1]
            x = block[fitted] - block[fitted].mean(axis=0)
            if len(found) == 1:
                matrix = weights
            elif case["ridge"]:
                matrix, lam = ridge(x, target, case["ridge"]["normalizeEach"])
                worst["lambda"] = max(worst["lambda"], abs(own["lambda"][0] / lam - 1))
            else:
                matrix = np.linalg.lstsq(x, target, rcond=None)[0]
            estimate = (x @ matrix + pcs[fitted].mean(axis=0)) * signs
            theirs_estimate = own["reconstruction"][()].reshape(len(pcs), -1)[fitted]
            worst["bias"] = max(worst["bias"], relative(own["alignment_bias_c"][()], biases[columns]))
            worst["reconstruction"] = max(worst["reconstruction"], relative(theirs_estimate, estimate))
            worst["matrix"] = max(worst["matrix"], relative(own["alignment_matrix_cxf"][()], matrix * signs))
    return {"sameRows": same_rows, "fittedRows": int(fitted.sum()), "rows": len(pcs), "worst": worst}


def relative(a, b):
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def angle(a, b):
    """Sine of the largest angle between the spaces of the columns."""
    qa, qb = np.linalg.qr(a)[0], np.linalg.qr(b)[0]
    return float(np.linalg.norm(qa - qb @ (qb.T @ qa), 2))


if __name__ == "__main__":
    if sys.argv[1] == "lack":
        with h5py.File(sys.argv[2], "r+") as f:
            ids = f["conditionId"][()].astype(float)
            ids[np.isin(ids, [float(c) for c in sys.argv[3:]])] = np.nan
            del f["conditionId"]
            f["conditionId"] = ids
    else:
        print(json.dumps([compare(case) for case in json.load(sys.stdin)]))
