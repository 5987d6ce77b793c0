"""The forward pass of docs/model.md in PyTorch, written for reading: what an engine computes, equation by equation.

Letters: B trials of a batch, T bins, N channels of the batch's dataset, I external inputs, H encoder units, Z ic_dim,
C co_dim, G gen_dim, F factors_dim. Rows are trials: y = xW + b. `spec` has the names of the run params without `c_`,
`v` the variables without `LFADS_`. `batch` has the `data` [B, T, N], `ext_input` [B, T, I], the standard normals
`noise_g0` [B, Z] and `noise_u` [B, T, C], and multipliers, 0 where something is dropped or hidden and 1/(1 − rate)
elsewhere; one that is not there is 1.
"""

from types import SimpleNamespace

import torch
from torch import cat, clamp, exp, log, sigmoid, tanh


def forward(spec, v, batch):
    """Latents with their posteriors, generator, factors, and what the data are drawn from, [B, T, N] each."""
    dataset = spec.datasets[batch.dataset]
    B, T, _ = batch.data.shape

    # encoders
    x = batch.data
    for hidden in ("sample_validation", "coordinated_dropout", "input_dropout"):
        x = dropout(x, batch, hidden)
    if has_read_in(spec):
        x = linear(x, v, f"x_2_infac_{dataset.name}.h5")
    if spec.ext_input_dim > 0 and not spec.inject_ext_input_to_gen:
        x = cat([x, dropout(batch.ext_input, batch, "ext_input_dropout")], 2)
    if spec.ic_dim > 0:
        bins = min(T, spec.num_steps_for_gen_ic)
        forwards, backwards = (encode(spec, v, "ic_enc", direction, x[:, :bins]) for direction in ("fwd", "rev"))
        e = dropout(cat([forwards[:, -1], backwards[:, 0]], 1), batch, "encoder_dropout")
    if spec.co_dim > 0:
        directions = ["fwd"] if spec.do_causal_controller else ["fwd", "rev"]
        ci = [encode(spec, v, "ci_enc", direction, x) for direction in directions]

    # the generator's initial state
    posterior_g0, g0 = None, None
    if spec.ic_dim > 0:
        logvar = linear(e, v, "z_ic_enc_2_post_g0_logvar")
        posterior_g0 = Gaussian(
            mean=linear(e, v, "z_ic_enc_2_post_g0_mean"), logvar=log(exp(logvar) + spec.ic_post_var_min)
        )
        g0 = sample(posterior_g0, batch.noise_g0)
    g_ic = initial_state(spec, v, g0, B)

    # generator, and the controller that looks at what it did one bin before
    g, f = g_ic, factors_of(v, g_ic)
    if spec.co_dim > 0:
        c = v["con_c0"].expand(B, -1)
    u_mean, u_logvar, us, gs, factors = [], [], [], [], []
    for t in range(T):
        u = None
        if spec.co_dim > 0:
            lag = spec.controller_input_lag
            encoded = [at(ci[0], t - lag)]
            if not spec.do_causal_controller:
                encoded.append(at(ci[1], t + lag))
            seen = [dropout(cat(encoded, 1), batch, "controller_dropout", t)]
            if spec.do_feed_factors_to_controller:
                fed_back = f
                if spec.feedback_factors_or_rates == "rates":
                    fed_back = rates(spec, read_out(spec, v, dataset, f))
                seen.append(dropout(fed_back, batch, "feedback_dropout", t))
            c = gen_gru(spec, v, "con", cat(seen, 1), c)
            posterior = Gaussian(
                mean=linear(c, v, "con_con_to_post_co_mean"), logvar=linear(c, v, "con_con_to_post_co_logvar")
            )
            u = sample(posterior, batch.noise_u[:, t])
            u_mean.append(posterior.mean)
            u_logvar.append(posterior.logvar)
            us.append(u)
        g = generator(spec, v, batch, u, t, g)
        f = factors_of(v, dropout(g, batch, "generator_dropout", t))
        gs.append(g)
        factors.append(f)

    factors = torch.stack(factors, 1)
    return SimpleNamespace(
        g0=posterior_g0,
        u=torch.stack(us, 1) if us else None,
        posterior_u=Gaussian(torch.stack(u_mean, 1), torch.stack(u_logvar, 1)) if us else None,
        gen_ics=g_ic,
        gen_states=torch.stack(gs, 1),
        factors=factors,
        output=read_out(spec, v, dataset, factors),
    )


def initial_state(spec, v, g0, trials):
    if spec.ic_dim == 0:
        return v["gen_g0"].expand(trials, -1)
    return g0 if spec.ic_dim == spec.gen_dim else linear(g0, v, "gen_g0_2_gen_ic")


def generator(spec, v, batch, u, t, g):
    """The generator's state after bin t, from that before and the inputs: inferred, external, both or none."""
    inputs = [u] if u is not None else []
    if spec.ext_input_dim > 0 and spec.inject_ext_input_to_gen:
        inputs.append(batch.ext_input[:, t])
    return gen_gru(spec, v, "gen", cat(inputs, 1) if inputs else None, g)


def factors_of(v, g):
    W = v["gen_gen_2_fac_W"]
    return g @ (W / W.norm(dim=0, keepdim=True))


def Gaussian(mean, logvar):
    return SimpleNamespace(mean=mean, logvar=logvar)


def sample(q, noise):
    return q.mean + exp(q.logvar / 2) * noise


def linear(x, v, name):
    return x @ v[f"{name}_W"] + v[f"{name}_b"]


def at(sequence, t):
    """Bin t of [B, T, ·], zeros where there is none."""
    return sequence[:, t] if 0 <= t < sequence.shape[1] else torch.zeros_like(sequence[:, 0])


def dropout(x, batch, name, t=None):
    multiplier = getattr(batch, name, None)
    if multiplier is None:
        return x
    return x * (multiplier if t is None else multiplier[:, t])


def encode(spec, v, encoder, direction, x):
    """States [B, T, H] of one direction of an encoder; a backward one runs from the last bin to the first."""
    name = f"{encoder}_{direction}"
    h = v[f"{name}_{encoder}_t0_{direction}"].expand(len(x), -1)
    bins = range(x.shape[1])
    states = {}
    for t in bins if direction == "fwd" else reversed(bins):
        h = gru(spec, v, name, x[:, t], h)
        states[t] = h
    return torch.stack([states[t] for t in bins], 1)


def gru(spec, v, name, x, h):
    """The encoders' cell: input and state share a matrix."""
    r, u = linear(cat([x, h], 1), v, f"{name}_GRU_Gates_xh_2_ru").chunk(2, 1)
    r, u = sigmoid(r), sigmoid(u + 1)
    c = tanh(linear(cat([x, r * h], 1), v, f"{name}_GRU_Candidate_xrh_2_c"))
    return clip(spec, u * h + (1 - u) * c)


def gen_gru(spec, v, name, x, h):
    """The cell of controller and generator: input and state have matrices of their own; without x there is no input."""
    ru = linear(h, v, f"{name}_GenGRU_Gates_h_2_ru")
    if x is not None:
        ru = ru + x @ v[f"{name}_GenGRU_Gates_x_2_ru_W"]
    r, u = ru.chunk(2, 1)
    r, u = sigmoid(r), sigmoid(u + 1)
    c = linear(r * h, v, f"{name}_GenGRU_Candidate_rh_2_c")
    if x is not None:
        c = c + x @ v[f"{name}_GenGRU_Candidate_x_2_c_W"]
    return clip(spec, u * h + (1 - u) * tanh(c))


def clip(spec, h):
    return clamp(h, -spec.cell_clip_value, spec.cell_clip_value)


def has_read_in(spec):
    return len(spec.datasets) > 1 or getattr(spec.datasets[0], "aligned", False)


def read_out(spec, v, dataset, f):
    """poisson: log rates; gaussian: means and log variances."""
    if spec.output_dist == "gaussian":
        return Gaussian(
            linear(f, v, f"glm_fac_2_means_{dataset.name}.h5"), linear(f, v, f"glm_fac_2_logvars_{dataset.name}.h5")
        )
    if not has_read_in(spec) and dataset.channels == spec.factors_dim:
        return f
    return linear(f, v, f"glm_fac_2_logrates_{dataset.name}.h5")


def rates(spec, output):
    """What is fed back: expected counts a bin, or means."""
    return output.mean if spec.output_dist == "gaussian" else exp(output)
