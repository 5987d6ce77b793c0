"""Training of docs/model.md on given batches: gradients, Adam, validation, and the rule of the learning rate."""

import math
from types import SimpleNamespace

import torch

from cost import costs, held_out
from model import forward

BETA1, BETA2, EPSILON = 0.9, 0.999, 0.1

# Beginnings of the names of what is trained.
TRAINED = {
    "all": ("LFADS_",),
    "readinReadout": ("LFADS_x_2_infac_", "LFADS_glm_fac_2_"),
    "encoders": ("LFADS_ic_enc_", "LFADS_ci_enc_", "LFADS_z_ic_enc_2_post_g0_"),
}


def train(spec, training, variables, epochs):
    """
    `variables`: float64 tensors by name; they change in place. `epochs`: for each, the batches to train on and those of
    the validation trials. Returns the mean cost terms of each epoch, the learning rates and the last step's gradients.
    """
    m = {name: torch.zeros_like(value) for name, value in variables.items()}
    s = {name: torch.zeros_like(value) for name, value in variables.items()}
    rate, recorded, t, reports = training.learning_rate_init, [], 0, []
    for epoch in epochs:
        terms, norms = [], []
        for batch in epoch.batches:
            each, gradients = gradient_step(spec, training, variables, batch)
            norm = math.sqrt(sum(float((g**2).sum()) for g in gradients.values()))
            clip = min(1, training.max_grad_norm / norm)
            terms.append(each)
            norms.append(norm)
            t += 1
            for name, p in variables.items():
                g = clip * gradients[name]
                m[name] = BETA1 * m[name] + (1 - BETA1) * g
                s[name] = BETA2 * s[name] + (1 - BETA2) * g**2
                p -= rate * math.sqrt(1 - BETA2**t) / (1 - BETA1**t) * m[name] / (s[name].sqrt() + EPSILON)
        report = SimpleNamespace(
            train=means(terms, [1] * len(terms)),
            valid=validate(spec, training, variables, epoch.validation),
            gradient_norm=sum(norms) / len(norms),
            learning_rate=rate,
        )
        reports.append(report)
        last = recorded[-training.learning_rate_n_to_compare :]
        if len(recorded) > training.learning_rate_n_to_compare and report.train["total"] > max(last):
            rate *= training.learning_rate_decay_factor
            recorded.append(math.inf)
        else:
            recorded.append(report.train["total"])
    return reports, gradients


def gradient_step(spec, training, variables, batch):
    """Cost terms of a batch and the gradient of their total for every variable; 0 for those that are not trained."""
    with torch.enable_grad():
        leaves = {name: value.clone().requires_grad_() for name, value in variables.items()}
        v = Variables(leaves)
        terms = costs(spec, training, v, batch, forward(spec, v, batch))
        found = torch.autograd.grad(terms["total"], list(leaves.values()), allow_unused=True)
    others = [f"_{d.name}.h5_" for i, d in enumerate(spec.datasets) if i != batch.dataset]
    unread = [name for name in v.unread() if not any(other in name for other in others)]
    if unread:
        raise KeyError(f"the model has no use for {', '.join(unread)}")
    gradients = {
        name: g if g is not None and is_trained(training, name) else torch.zeros_like(leaves[name])
        for name, g in zip(leaves, found)
    }
    return {name: float(value) for name, value in terms.items()}, gradients


def validate(spec, training, variables, batches):
    """Means over the trials of all datasets, the posterior sampled, no dropout; −log p of a held-out element."""
    v = Variables(variables)
    outs = [forward(spec, v, batch) for batch in batches]
    terms = [costs(spec, training, v, batch, out) for batch, out in zip(batches, outs)]
    held = torch.cat([held_out(spec, batch, out) for batch, out in zip(batches, outs)])
    mean_held = float(held.mean()) if len(held) > 0 else None
    return {**means(terms, [len(batch.data) for batch in batches]), "held_out": mean_held}


def means(terms, weights):
    total = sum(weights)
    return {name: float(sum(w * each[name] for w, each in zip(weights, terms)) / total) for name in terms[0]}


def is_trained(training, name):
    if not training.do_train_readin and name.startswith("LFADS_x_2_infac_"):
        return False
    if not training.do_train_prior_ar_atau and name == "LFADS_z_u_prior_ar1_logatau":
        return False
    if not training.do_train_prior_ar_nvar and name == "LFADS_z_u_prior_ar1_logevars":
        return False
    return name.startswith(TRAINED[training.train_only])


class Variables:
    """Variables by their names without `LFADS_`; remembers which were read."""

    def __init__(self, variables):
        self.variables = variables
        self.read = set()

    def __getitem__(self, name):
        self.read.add(f"LFADS_{name}")
        return self.variables[f"LFADS_{name}"]

    def unread(self):
        return [name for name in self.variables if name not in self.read]
