"""Outputs of a trained model (docs/model.md "Posterior"): samples of posterior and prior, without dropout."""

from math import log
from types import SimpleNamespace

import torch
from torch import exp

from cost import ar1_prior, l2, prior_logvar, trial_costs
from model import Gaussian, factors_of, forward, generator, initial_state, read_out, sample


def sample_posterior(spec, training, v, batches):
    """For each trial, every output averaged over the batches, which differ in their noise; the cost at full weights."""
    each, log_p, kl, cost = [], [], [], []
    for batch in batches:
        out = forward(spec, v, batch)
        terms = trial_costs(spec, training, v, batch, out)
        weighted = training.kl_ic_weight * terms["kl_g0"] + training.kl_co_weight * terms["kl_co"]
        each.append(outputs(spec, out))
        log_p.append(-terms["recon"])
        kl.append(terms["kl_g0"] + terms["kl_co"])
        cost.append(terms["recon"] + weighted + terms["corr"])
    log_p, kl, cost = torch.stack(log_p), torch.stack(kl), torch.stack(cost)
    posterior = {"post_g0_mean": out.g0.mean, "post_g0_logvar": out.g0.logvar} if spec.ic_dim > 0 else {}
    return {
        **posterior,
        **{name: torch.stack([one[name] for one in each]).mean(0) for name in each[0]},
        "costs": cost.mean(0) + l2(spec, training, v),
        "nll_bound_vaes": (kl - log_p).mean(0),
        "nll_bound_iwaes": log(len(batches)) - torch.logsumexp(log_p - kl, 0),
    }


def sample_prior(spec, v, batch):
    """A sample for each row of the batch, of which only noise and external inputs are used."""
    B, T = len(batch.data), spec.bins
    g0, us = None, None
    if spec.ic_dim > 0:
        g0 = sample(Gaussian(v["z_prior_g0_mean"], prior_logvar(spec, v)), batch.noise_g0)
    if spec.co_dim > 0:
        phi, logvar, logvar0 = ar1_prior(v)
        us = [exp(logvar0 / 2) * batch.noise_u[:, 0]]
        for t in range(1, T):
            us.append(phi * us[-1] + exp(logvar / 2) * batch.noise_u[:, t])
    g = g_ic = initial_state(spec, v, g0, B)
    gs = []
    for t in range(T):
        g = generator(spec, v, batch, us[t] if us else None, t, g)
        gs.append(g)
    gen_states = torch.stack(gs, 1)
    factors = factors_of(v, gen_states)
    output = read_out(spec, v, spec.datasets[batch.dataset], factors)
    u = torch.stack(us, 1) if us else None
    return outputs(spec, SimpleNamespace(u=u, gen_ics=g_ic, gen_states=gen_states, factors=factors, output=output))


def outputs(spec, out):
    """What files hold of a pass, under their names; rates, or means and variances beside each other."""
    if spec.output_dist == "gaussian":
        parameters = torch.cat([out.output.mean, exp(out.output.logvar)], 2)
    else:
        parameters = exp(out.output)
    inferred = {"controller_outputs": out.u} if spec.co_dim > 0 else {}
    generated = {"gen_ics": out.gen_ics, "gen_states": out.gen_states, "factors": out.factors}
    return {**inferred, **generated, "output_dist_params": parameters}
