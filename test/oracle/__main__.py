"""
The LFADS model in PyTorch (float64) as the oracle of the engine's tests: `python test/oracle <inputs.h5> <goldens.h5>`.

Both files have a group for each configuration, named by its title, and in it the runs `gradient` (one step) and
`tenSteps`. Inputs (written by test/engine/oracle-inputs.ts): attributes `model` (JSON) and `digest`, `variables/<name>`,
and for each run the attribute `training` (JSON) and the groups `<epoch>/{batches,validation}/<number>` with attributes
`dataset` and `step` and the arrays that model.py and cost.py name. Goldens: attributes `digest`, `shapes` (JSON: by
variable, in order) and `reports` (JSON: the cost terms of every epoch of both runs); `gradient` and `params`, float32,
all variables one after the other: the gradient of the one step before clipping, and the variables after ten steps.
"""

import json
import re
import sys
from types import SimpleNamespace

import h5py
import numpy as np
import torch

from training import train

torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
torch.set_num_threads(1)


def read_options(text):
    def with_run_param_names(pairs):
        return SimpleNamespace(**{re.sub("[A-Z]", lambda m: f"_{m[0].lower()}", name): value for name, value in pairs.items()})

    return json.loads(text, object_hook=with_run_param_names)


def read_epochs(group):
    def batches(kinds):
        return [read_batch(kinds[str(i)]) for i in range(len(kinds))]

    epochs = [group[str(i)] for i in range(len(group))]
    return [SimpleNamespace(batches=batches(e["batches"]), validation=batches(e["validation"])) for e in epochs]


def read_batch(group):
    return SimpleNamespace(dataset=int(group.attrs["dataset"]), step=int(group.attrs["step"]), **read_tensors(group))


def read_tensors(group):
    return {name: torch.tensor(dataset[()], dtype=torch.float64) for name, dataset in group.items()}


def flat(tensors):
    return np.concatenate([tensor.numpy().ravel() for tensor in tensors.values()]).astype(np.float32)


def main(inputs, goldens):
    with h5py.File(inputs, "r") as source, h5py.File(goldens, "w") as target:
        for title, group in source.items():
            model = read_options(group.attrs["model"])
            ends = {}
            for run in ("gradient", "tenSteps"):
                variables = read_tensors(group["variables"])
                training = read_options(group[run].attrs["training"])
                reports, gradient = train(model, training, variables, read_epochs(group[run]))
                ends[run] = SimpleNamespace(reports=[vars(r) for r in reports], gradient=gradient, variables=variables)
            golden = target.create_group(title)
            golden.attrs["digest"] = group.attrs["digest"]
            golden.attrs["shapes"] = json.dumps({name: list(value.shape) for name, value in variables.items()})
            golden.attrs["reports"] = json.dumps({run: end.reports for run, end in ends.items()})
            golden["gradient"] = flat(ends["gradient"].gradient)
            golden["params"] = flat(ends["tenSteps"].variables)


main(*sys.argv[1:])
