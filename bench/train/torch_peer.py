"""Times torch_lfads.py, a round for each line of standard input, as bench/train/peer.mjs asks. Prints JSON lines.

Arguments: task (train, sample or sample-repeating), size (JSON), file of counts (uint8, trials × T × N).
"""

import json
import resource
import sys
import time

import numpy
import torch
from torch_lfads import Lfads

task, size = sys.argv[1], json.loads(sys.argv[2])
params = size["params"]
batch = params["c_batch_size"]
counts = numpy.fromfile(sys.argv[3], dtype=numpy.uint8).reshape(-1, size["bins"], size["channels"])
counts = torch.from_numpy(counts).float().transpose(0, 1).contiguous()
RAMP_STEPS, LEARNING_RATE, MAX_GRAD_NORM, BETAS, EPSILON = 900, 0.01, 200, (0.9, 0.999), 0.1
TRIALS_AT_ONCE = 16


def train_round():
    """Twice `steps` steps of a new model, timed from the second half on; the mean cost of each half."""
    model = Lfads(size["channels"], params)
    adam = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, betas=BETAS, eps=EPSILON, fused=True)
    constant = torch.lgamma(counts[:, : size["steps"] * batch] + 1).sum().item() / (size["steps"] * batch)
    costs = []
    for epoch in range(2):
        started = time.perf_counter()
        epoch_costs = []
        for step in range(size["steps"]):
            done = epoch * size["steps"] + step
            # As TensorFlow places Adam's epsilon.
            adam.param_groups[0]["eps"] = EPSILON / (1 - BETAS[1] ** (done + 1)) ** 0.5
            cost = model.cost(counts[:, step * batch : (step + 1) * batch], done / RAMP_STEPS)
            adam.zero_grad()
            cost.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRAD_NORM)
            adam.step()
            epoch_costs.append(cost.item())
        seconds = time.perf_counter() - started
        costs.append(sum(epoch_costs) / len(epoch_costs) + constant)
    return {"trialsPerSecond": size["steps"] * batch / seconds, "costs": costs}


def sample_round():
    """Posterior averages of the first trials; as many at a time as was found fastest."""
    model = Lfads(size["channels"], params).eval()
    with torch.inference_mode():
        model.sample(counts[:, :2], size["samples"], task == "sample")
        started = time.perf_counter()
        trials = 0
        for part in counts[:, : size["sampledTrials"]].split(TRIALS_AT_ONCE, dim=1):
            trials += model.sample(part, size["samples"], task == "sample")[0].shape[1]
        seconds = time.perf_counter() - started
    return {"trialsPerSecond": trials / seconds, "trials": trials}


for line in sys.stdin:
    torch.set_num_threads(json.loads(line)["threads"])
    result = train_round() if task == "train" else sample_round()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({**result, "peakBytes": peak, "version": torch.__version__}), flush=True)
