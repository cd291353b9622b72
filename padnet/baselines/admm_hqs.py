"""ADMM and half-quadratic splitting on F = f + r, compared with PADNet on energy (14).

They take the same f, r, stopping rule and monitor as PADNet and return the same record.
"""

import torch

from padnet.core.history import Monitor, Recorder, Run
from padnet.core.schedule import Stop
from padnet.core.validation import check_image
from padnet.errors import InputError


def _penalty(rho: float) -> None:
    if not rho > 0:
        raise InputError(f"rho, the penalty parameter, must be positive, got {rho}.")


def admm(f, r, rho: float, x0: torch.Tensor, stop: Stop, monitor: Monitor | None = None) -> Run:
    """Alternating direction method of multipliers with a fixed penalty rho (Boyd et al. 2011).

    x^k is the sparse variable. x0: (batch, channel, height, width). Returns a Run.
    Raises InputError for an invalid x0 or rho.
    """
    _penalty(rho)
    v, lam = check_image(x0, "starting point"), torch.zeros_like(x0)
    record = Recorder(x0, stop, monitor)
    for _ in range(stop.k_max):
        u = f.prox(v - lam, rho)  # argmin_u f(u) + rho/2 ||u - (v - lam)||^2
        v = r.prox(u + lam, 1 / rho)  # argmin_v r(v) + rho/2 ||v - (u + lam)||^2, Eq. (4)
        lam = lam + (u - v)  # Eq. (5)
        if record.step(v, {"energy": f.value(v) + r.value(v)}, u=u, v=v):
            break
    return record.run()


def hqs(f, r, rho0: float, gamma: float, x0: torch.Tensor, stop: Stop, monitor: Monitor | None = None) -> Run:
    """Half-quadratic splitting with rho^k = gamma^k rho^0 (Zuo et al. 2013).

    x^k is the sparse variable. x0: (batch, channel, height, width). Returns a Run.
    Raises InputError for an invalid x0, rho0 or gamma < 1.
    """
    _penalty(rho0)
    if not gamma >= 1:
        raise InputError(f"gamma, the growth of rho, must be at least 1, got {gamma}.")
    v = check_image(x0, "starting point")
    record = Recorder(x0, stop, monitor)
    for k in range(stop.k_max):
        rho = gamma**k * rho0
        u = f.prox(v, rho)  # argmin_u f(u) + rho/2 ||u - v||^2
        v = r.prox(u, 1 / rho)  # argmin_v r(v) + rho/2 ||v - u||^2
        if record.step(v, {"energy": f.value(v) + r.value(v)}, u=u, v=v):
            break
    return record.run()
