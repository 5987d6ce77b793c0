"""The measures of a run once more, with scikit-learn. Arguments: export, evaluation data, posteriors of train and valid."""

import json
import sys

import h5py
import numpy as np
from scipy.special import gammaln
from sklearn.linear_model import LinearRegression, PoissonRegressor, Ridge
from sklearn.metrics import r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FROM, LAG = sys.argv[5], int(sys.argv[6])
given, extra, train, valid = (h5py.File(path, "r") for path in sys.argv[1:5])
data = {side: given[f"{side}_data"][()].astype(float) for side in ("train", "valid")}
rates = {"train": train["output_dist_params"][()], "valid": valid["output_dist_params"][()]}
factors = {"train": train["factors"][()], "valid": valid["factors"][()]}


def flat(array):
    return array.reshape(-1, array.shape[-1])


def nll(counts, expected):
    return expected - counts * np.log(expected) + gammaln(counts + 1)


def bits(counts, expected):
    mean = np.broadcast_to(counts.mean((0, 1)), counts.shape)
    return (nll(counts, mean).sum() - nll(counts, expected).sum()) / counts.sum() / np.log(2)


def co_smoothing():
    counts = {side: extra[f"{side}_heldout"][()] for side in ("train", "valid")}
    expected = np.empty_like(counts["valid"])
    for channel in range(expected.shape[-1]):
        target = counts["train"][..., channel].ravel()
        glm = PoissonRegressor(alpha=1e-3 * target.mean(), solver="newton-cholesky", tol=1e-12, max_iter=1000)
        model = make_pipeline(StandardScaler(), glm).fit(flat(factors["train"]), target)
        expected[..., channel] = model.predict(flat(factors["valid"])).reshape(expected.shape[:2])
    return bits(counts["valid"], expected)


def states():
    model = LinearRegression().fit(flat(factors["train"]), flat(extra["train_states"][()]))
    return r2_score(flat(extra["valid_states"][()]), model.predict(flat(factors["valid"])), multioutput="raw_values")


def behavior():
    source = rates if FROM == "rates" else factors

    def pairs(side, trials=slice(None)):
        x, y = source[side][trials], extra[f"{side}_behavior"][()][trials]
        bins = x.shape[1]
        x, y = flat(x[:, max(0, -LAG) : min(bins, bins - LAG)]), flat(y[:, max(0, LAG) : min(bins, bins + LAG)])
        known = ~np.isnan(y).any(1)
        return x[known], y[known]

    def fit(x, y, part):
        return make_pipeline(StandardScaler(), Ridge(alpha=part * len(x))).fit(x, y)

    fold = np.arange(len(source["train"])) % 5

    def score(part):
        errors = totals = 0
        for k in range(5):
            model = fit(*pairs("train", fold != k), part)
            x, y = pairs("train", fold == k)
            errors = errors + ((y - model.predict(x)) ** 2).sum(0)
            totals = totals + ((y - y.mean(0)) ** 2).sum(0)
        return (1 - errors / totals).mean()

    parts = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10]
    best = max(parts, key=score)
    x, y = pairs("valid")
    return best, r2_score(y, fit(*pairs("train"), best).predict(x), multioutput="raw_values")


def psth_r2():
    bin_ms = np.diff(given["timeVecMs"][:2])[0]
    sd = 30 / bin_ms
    bins = np.arange(data["train"].shape[1])
    lags = bins[:, None] - bins[None]
    kernel = np.where(abs(lags) <= np.ceil(3 * sd), np.exp(-(lags**2) / (2 * sd**2)), 0)
    kernel /= kernel.sum(1, keepdims=True)
    conditions = {side: given[f"{side}_condition"][()] for side in ("train", "valid")}
    shared = sorted(set(conditions["train"]) & set(conditions["valid"]))
    psths = [kernel @ data["train"][conditions["train"] == c].mean(0) for c in shared]
    averages = [rates["valid"][conditions["valid"] == c].mean(0) for c in shared]
    return r2_score(np.concatenate(psths), np.concatenate(averages))


truth = flat(given["valid_truth"][()])
best, decoded = behavior()
print(
    json.dumps(
        {
            "nll": nll(data["valid"], rates["valid"]).mean(),
            "bitsPerSpike": bits(data["valid"], rates["valid"]),
            "coSmoothing": co_smoothing(),
            "r2": {
                "pooled": r2_score(truth.ravel(), flat(rates["valid"]).ravel()),
                "medianOverChannels": np.median(r2_score(truth, flat(rates["valid"]), multioutput="raw_values")),
            },
            "psthR2": psth_r2(),
            "states": list(states()),
            "behavior": list(decoded),
            "lambda": best,
        }
    )
)
