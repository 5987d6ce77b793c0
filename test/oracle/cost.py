"""The cost of docs/model.md: sums over bins and dimensions, means over the trials of the batch."""

from itertools import combinations
from math import log, pi

import torch
from torch import exp, sigmoid


def costs(spec, training, v, batch, out):
    """Every term, and the total that is minimised; `batch.step` decides the weights of KL and L2."""
    terms = {name: values.mean() for name, values in trial_costs(spec, training, v, batch, out).items()}
    terms["l2"] = l2(spec, training, v)
    kl_weight = ramp(batch.step, training.kl_start_step, training.kl_increase_steps)
    l2_weight = ramp(batch.step, training.l2_start_step, training.l2_increase_steps)
    kl = training.kl_ic_weight * terms["kl_g0"] + training.kl_co_weight * terms["kl_co"]
    total = terms["recon"] + kl_weight * kl + l2_weight * terms["l2"] + terms["corr"]
    return {**terms, "total": total}


def trial_costs(spec, training, v, batch, out):
    """The terms that are means over trials, [B] each."""
    none = torch.zeros(len(batch.data))
    return {
        "recon": recon(spec, batch, out),
        "kl_g0": kl_g0(spec, v, out.g0) if spec.ic_dim > 0 else none,
        "kl_co": kl_co(spec, v, out) if spec.co_dim > 0 else none,
        "corr": training.co_mean_corr_scale * corr(out.posterior_u.mean) if spec.co_dim > 1 else none,
    }


def recon(spec, batch, out):
    """
    −log p. Sample validation leaves out what it holds out. With coordinated dropout the gradient flows only through
    elements that the encoders did not see, and through those of the rest that pass.
    """
    nll = minus_log_likelihood(spec, batch.data, out.output)
    if (multiplier := getattr(batch, "coordinated_dropout", None)) is not None:
        learned = (multiplier == 0) | (batch.coordinated_pass != 0)
        nll = torch.where(learned, nll, nll.detach())
    if (multiplier := getattr(batch, "sample_validation", None)) is not None:
        nll = torch.where(multiplier != 0, nll, 0)
    return nll.sum((1, 2))


def held_out(spec, batch, out):
    """−log p of every element that sample validation holds out."""
    multiplier = getattr(batch, "sample_validation", torch.ones_like(batch.data))
    return minus_log_likelihood(spec, batch.data, out.output)[multiplier == 0]


def minus_log_likelihood(spec, x, output):
    if spec.output_dist == "poisson":
        return exp(output) - x * output + torch.lgamma(x + 1)
    return gaussian_nll(x, output.mean, output.logvar)


def gaussian_nll(x, mean, logvar):
    return (logvar + log(2 * pi) + (x - mean) ** 2 / exp(logvar)) / 2


def kl_g0(spec, v, q):
    mean, logvar = v["z_prior_g0_mean"], prior_logvar(spec, v)
    kl = (logvar - q.logvar + (exp(q.logvar) + (q.mean - mean) ** 2) / exp(logvar) - 1) / 2
    return kl.sum(1)


def prior_logvar(spec, v):
    low, high = spec.ic_prior_var_min, spec.ic_prior_var_max
    if low == high:
        return torch.tensor(spec.ic_prior_var_scale).log()
    return torch.log(sigmoid(exp(v["z_prior_g0_logvar"])) * (high - low) + low)


def kl_co(spec, v, out):
    """log q(u) − log p(u) at the sample; p is an AR(1) process a dimension that starts stationary."""
    u, q = out.u, out.posterior_u
    phi, logvar, logvar0 = ar1_prior(v)
    log_q = -gaussian_nll(u, q.mean, q.logvar)
    log_p0 = -gaussian_nll(u[:, 0], 0, logvar0)
    log_p = -gaussian_nll(u[:, 1:], phi * u[:, :-1], logvar)
    return log_q.sum((1, 2)) - log_p0.sum(1) - log_p.sum((1, 2))


def ar1_prior(v):
    """φ = exp(−1/τ), the log of the noise's variance, and that of the process's own variance."""
    phi = exp(-1 / exp(v["z_u_prior_ar1_logatau"]))
    logvar = v["z_u_prior_ar1_logevars"]
    return phi, logvar, logvar - torch.log(1 - phi**2)


def l2(spec, training, v):
    """Σ ½ s ‖v‖² / Σ numel(v) over the recurrent matrices and biases of generator and controller."""
    scales = [("gen", training.l2_gen_scale)] + ([("con", training.l2_con_scale)] if spec.co_dim > 0 else [])
    squares, numel = 0, 0
    for cell, scale in scales:
        for part in ("Gates_h_2_ru_W", "Gates_h_2_ru_b", "Candidate_rh_2_c_W", "Candidate_rh_2_c_b"):
            values = v[f"{cell}_GenGRU_{part}"]
            squares = squares + scale * (values**2).sum() / 2
            numel += values.numel()
    return squares / numel


def corr(mean):
    """Mean over pairs of controller outputs of ½ c², c_ij = Σ_t mean_i mean_j."""
    pairs = [(mean[:, :, i] * mean[:, :, j]).sum(1) ** 2 / 2 for i, j in combinations(range(mean.shape[2]), 2)]
    return sum(pairs) / len(pairs)


def ramp(step, start, increase):
    if increase == 0:
        return float(step >= start)
    return min(max(step - start, 0) / increase, 1)
