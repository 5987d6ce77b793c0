"""
The LFADS model in PyTorch (float64) as the oracle of the engine's tests: `python test/oracle <inputs.h5> <goldens.h5>`.

Both files have a group for each configuration, named by its title.

Inputs (written by test/engine/oracle-inputs.ts): attributes `model` (JSON) and `digest`, `variables/<name>`; for each
of the runs `gradient` (one step) and `tenSteps` the attribute `training` (JSON) and `<epoch>/{batches,validation}`; and
`posterior` (a batch for each sample), `pushMean` and `prior`. Batches are groups named by number with attributes
`dataset` and `step` and the arrays that model.py and cost.py name.

Goldens: attributes `digest`, `shapes` (JSON: of the variables, in order) and `reports` (JSON: the cost terms of every
epoch of both runs); `gradient` and `params`, float32, all variables one after the other: the gradient of the one step
before clipping, and the variables after ten steps; `posterior`, `pushMean` and `prior`: all outputs one after the
other, with the attribute `shapes`.
"""

import json
import re
import sys
from types import SimpleNamespace

import h5py
import numpy as np
import torch

from sampling import sample_posterior, sample_prior
from training import Variables, train

torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
torch.set_num_threads(1)


def read_options(text):
    def run_param_name(name):
        return re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name)

    def options(pairs):
        return SimpleNamespace(**{run_param_name(name): value for name, value in pairs.items()})

    return json.loads(text, object_hook=options)


def read_epochs(group):
    def epoch(kinds):
        return SimpleNamespace(batches=read_batches(kinds["batches"]), validation=read_batches(kinds["validation"]))

    return [epoch(group[str(i)]) for i in range(len(group))]


def read_batches(group):
    return [read_batch(group[str(i)]) for i in range(len(group))]


def read_batch(group):
    return SimpleNamespace(dataset=int(group.attrs["dataset"]), step=int(group.attrs["step"]), **read_tensors(group))


def read_tensors(group):
    return {name: torch.tensor(dataset[()], dtype=torch.float64) for name, dataset in group.items()}


def flat(tensors):
    return np.concatenate([tensor.numpy().ravel() for tensor in tensors.values()]).astype(np.float32)


def shapes(tensors):
    return json.dumps({name: list(tensor.shape) for name, tensor in tensors.items()})


def main(inputs, goldens):
    with h5py.File(inputs, "r") as source, h5py.File(goldens, "w") as target:
        for title, group in source.items():
            golden = target.create_group(title)
            golden.attrs["digest"] = group.attrs["digest"]
            write_trained(group, golden)
            write_sampled(group, golden)


def write_trained(group, golden):
    model = read_options(group.attrs["model"])
    ends = {}
    for run in ("gradient", "tenSteps"):
        variables = read_tensors(group["variables"])
        training = read_options(group[run].attrs["training"])
        reports, gradient = train(model, training, variables, read_epochs(group[run]))
        ends[run] = SimpleNamespace(reports=[vars(r) for r in reports], gradient=gradient, variables=variables)
    golden.attrs["shapes"] = shapes(variables)
    golden.attrs["reports"] = json.dumps({run: end.reports for run, end in ends.items()})
    golden["gradient"] = flat(ends["gradient"].gradient)
    golden["params"] = flat(ends["tenSteps"].variables)


def write_sampled(group, golden):
    model, training = read_options(group.attrs["model"]), read_options(group["gradient"].attrs["training"])
    v = Variables(read_tensors(group["variables"]))
    sampled = {
        "posterior": sample_posterior(model, training, v, read_batches(group["posterior"])),
        "pushMean": sample_posterior(model, training, v, read_batches(group["pushMean"])),
        "prior": sample_prior(model, v, *read_batches(group["prior"])),
    }
    for kind, outputs in sampled.items():
        golden[kind] = flat(outputs)
        golden[kind].attrs["shapes"] = shapes(outputs)


main(*sys.argv[1:])
