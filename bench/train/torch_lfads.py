"""LFADS as practitioners write it in PyTorch: nn.GRU encoders, a Python loop over GRU cells for controller and
generator. float32. The peer that bench/train.mjs times the engine against; test/oracle has the exact model.

Written to be fast within that style: the normalised factor matrix is computed once a pass, what feeds nothing back is
computed after the loop, and the constant lgamma(k + 1) is left out of the cost.

Letters: B trials, T bins, N channels, F factors, G generator units, Z latent initial condition, C inferred inputs.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


class ClippedGRUCell(nn.Module):
    """A GRU cell with its state clipped to ±clip; without input where inputs is 0."""

    def __init__(self, inputs, units, clip=5.0):
        super().__init__()
        self.units, self.clip = units, clip
        self.w_x = nn.Parameter(torch.randn(inputs, 3 * units) / math.sqrt(inputs)) if inputs > 0 else None
        self.w_ru = nn.Parameter(torch.randn(units, 2 * units) / math.sqrt(units))
        self.w_c = nn.Parameter(torch.randn(units, units) / math.sqrt(units))
        self.b_ru = nn.Parameter(torch.cat([torch.zeros(units), torch.ones(units)]))
        self.b_c = nn.Parameter(torch.zeros(units))

    def forward(self, x, h):
        """x [B, inputs] or None, h [B, units] to the next h."""
        ru = torch.addmm(self.b_ru, h, self.w_ru)
        if x is not None:
            x = x @ self.w_x
            ru = ru + x[:, : 2 * self.units]
        r, u = torch.sigmoid(ru).chunk(2, dim=1)
        c = torch.addmm(self.b_c, r * h, self.w_c)
        if x is not None:
            c = c + x[:, 2 * self.units :]
        c = torch.tanh(c)
        return torch.clamp(u * h + (1 - u) * c, -self.clip, self.clip)


class Encoder(nn.Module):
    """A bidirectional nn.GRU with learned initial states."""

    def __init__(self, inputs, units):
        super().__init__()
        self.gru = nn.GRU(inputs, units, bidirectional=True)
        self.h0 = nn.Parameter(torch.zeros(2, 1, units))

    def forward(self, x):
        """x [T, B, N] to states [T, B, 2 units] and last states [B, 2 units]."""
        states, last = self.gru(x, self.h0.expand(-1, x.shape[1], -1).contiguous())
        return states, torch.cat([last[0], last[1]], dim=1)


class Lfads(nn.Module):
    def __init__(self, channels, p, keep_prob=0.95):
        super().__init__()
        self.factors_dim, self.gen_dim, self.co_dim = p["c_factors_dim"], p["c_gen_dim"], p["c_co_dim"]
        ic_dim, self.drop = p["c_ic_dim"], 1 - keep_prob
        self.ic_encoder = Encoder(channels, p["c_ic_enc_dim"])
        self.ic_posterior = nn.Linear(2 * p["c_ic_enc_dim"], 2 * ic_dim)
        self.ic_prior_mean = nn.Parameter(torch.zeros(ic_dim))
        self.ic_prior_logvar = math.log(0.1)
        self.ic_to_gen = nn.Linear(ic_dim, self.gen_dim) if ic_dim != self.gen_dim else nn.Identity()
        if self.co_dim > 0:
            self.ci_encoder = Encoder(channels, p["c_ci_enc_dim"])
            self.controller = ClippedGRUCell(2 * p["c_ci_enc_dim"] + self.factors_dim, p["c_con_dim"])
            self.con0 = nn.Parameter(torch.zeros(1, p["c_con_dim"]))
            self.co_posterior = nn.Linear(p["c_con_dim"], 2 * self.co_dim)
            self.log_tau = nn.Parameter(torch.full((self.co_dim,), math.log(10.0)))
            self.log_nvar = nn.Parameter(torch.full((self.co_dim,), math.log(0.1)))
        self.generator = ClippedGRUCell(self.co_dim, self.gen_dim)
        self.to_factors = nn.Parameter(torch.randn(self.gen_dim, self.factors_dim) / math.sqrt(self.gen_dim))
        self.readout = nn.Linear(self.factors_dim, channels)
        for linear in [m for m in self.modules() if isinstance(m, nn.Linear)]:
            nn.init.normal_(linear.weight, std=1 / math.sqrt(linear.in_features))
            nn.init.zeros_(linear.bias)

    def dropout(self, x):
        return F.dropout(x, self.drop, self.training)

    def encode(self, counts):
        """counts [T, B, N] to mean and logvar of g0 [B, Z] and the controller encoder's states [T, B, 2H] or None."""
        x = self.dropout(counts)
        _, last = self.ic_encoder(x)
        mean, logvar = self.ic_posterior(self.dropout(last)).chunk(2, dim=1)
        logvar = torch.log(torch.exp(logvar) + 1e-4)
        return mean, logvar, self.lagged(self.ci_encoder(x)[0]) if self.co_dim > 0 else None

    def lagged(self, ci):
        """Forward states one bin later, backward states one bin earlier, zeros outside."""
        forward, backward = ci.chunk(2, dim=2)
        zero = torch.zeros_like(forward[:1])
        return torch.cat([torch.cat([zero, forward[:-1]]), torch.cat([backward[1:], zero])], dim=2)

    def decode(self, g0, ci, bins):
        """Generator states [T, B, G], factors [T, B, F], log rates [T, B, N], and u with its mean and logvar [T, B, C]."""
        state = self.ic_to_gen(g0)
        to_factors = F.normalize(self.to_factors, dim=0)
        states, factors, inputs = [], [], []
        if ci is None:
            for _ in range(bins):
                state = self.generator(None, state)
                states.append(state)
            states = torch.stack(states)
            factors = self.dropout(states) @ to_factors
        else:
            factor, con = state @ to_factors, self.con0.expand(len(g0), -1)
            for ci_t in ci.unbind():
                con = self.controller(self.dropout(torch.cat([ci_t, factor], dim=1)), con)
                mean, logvar = self.co_posterior(con).chunk(2, dim=1)
                u = mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)
                state = self.generator(u, state)
                factor = self.dropout(state) @ to_factors
                states.append(state), factors.append(factor), inputs.append((u, mean, logvar))
            states, factors = torch.stack(states), torch.stack(factors)
        inputs = [torch.stack(each) for each in zip(*inputs)] or None
        return states, factors, self.readout(factors), inputs

    def cost(self, counts, weight):
        """Mean cost of a trial without its constant lgamma(k + 1); counts [T, B, N], weight of KL and L2."""
        mean, logvar, ci = self.encode(counts)
        g0 = mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)
        _, _, log_rates, inputs = self.decode(g0, ci, len(counts))
        trials = counts.shape[1]
        recon = F.poisson_nll_loss(log_rates, counts, log_input=True, full=False, reduction="sum") / trials
        prior = self.ic_prior_logvar
        kl = 0.5 * (prior - logvar + (logvar.exp() + (mean - self.ic_prior_mean) ** 2) / math.exp(prior) - 1).sum()
        if inputs:
            kl = kl + self.inferred_input_kl(*inputs)
        return recon + weight * (kl / trials + self.l2())

    def inferred_input_kl(self, u, mean, logvar):
        """log q(u) − log p(u) at the sample, p an AR(1) process."""
        phi, nvar = torch.exp(-torch.exp(-self.log_tau)), self.log_nvar.exp()
        prior_mean = torch.cat([torch.zeros_like(u[:1]), phi * u[:-1]])
        first = nvar / (1 - phi**2)
        prior_var = torch.cat([first.expand_as(u[:1]), nvar.expand_as(u[1:])])
        log_q = logvar + (u - mean) ** 2 / logvar.exp()
        log_p = prior_var.log() + (u - prior_mean) ** 2 / prior_var
        return 0.5 * (log_p - log_q).sum()

    def l2(self, scale=500.0):
        cells = [self.generator, *([self.controller] if self.co_dim > 0 else [])]
        decayed = [w for cell in cells for w in (cell.w_ru, cell.w_c, cell.b_ru, cell.b_c)]
        return 0.5 * scale * sum((w**2).sum() for w in decayed) / sum(w.numel() for w in decayed)

    def sample(self, counts, samples, encode_once):
        """Averages over posterior samples, each [T, B, ·]: generator states, factors, rates, inferred inputs.

        counts [T, B, N]. lfads-torch repeats the batch and encodes every copy; encode_once repeats what was encoded.
        """

        def repeat(x):
            return x.repeat_interleave(samples, dim=1)

        def average(x):
            return x.view(len(x), -1, samples, x.shape[2]).mean(2)

        if encode_once:
            mean, logvar, ci = self.encode(counts)
            mean, logvar = repeat(mean[None])[0], repeat(logvar[None])[0]
            ci = repeat(ci) if ci is not None else None
        else:
            mean, logvar, ci = self.encode(repeat(counts))
        g0 = mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)
        states, factors, log_rates, inputs = self.decode(g0, ci, len(counts))
        outputs = [states, factors, log_rates.exp(), *([inputs[0]] if inputs else [])]
        return [average(x) for x in outputs]
