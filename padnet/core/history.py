"""The record of an iteration: one row per k and sample, and why each sample stopped."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from padnet.core.fidelity import norm, per_sample
from padnet.core.schedule import Schedule, Stop

Monitor = Callable[..., dict[str, torch.Tensor]]


@dataclass(frozen=True)
class Run:
    """The result of an iteration over a batch.

    Attributes:
        x: (batch, channel, height, width), the iterate at which each sample stopped.
        K: (batch,) its number of iterations.
        settled: (batch,) bool, True if the iteration error fell to epsilon, False if k_max ended the run.
        columns: name -> (max K, batch) tensor; NaN (0 for booleans and counts) after the stop. `iteration_error` is
            ||x^{k+1} - x^k|| / ||x^k||.
        iterates: x^0, ..., x^K if they were kept, else empty.
        plan: the Schedule and the Stop of the run where they are known, for a certificate to compare with its own.
    """

    x: torch.Tensor
    K: torch.Tensor
    settled: torch.Tensor
    columns: dict[str, torch.Tensor]
    iterates: tuple[torch.Tensor, ...]
    plan: tuple[Schedule, Stop] | None = None

    def __repr__(self) -> str:
        K = ", ".join(map(str, self.K.tolist()))
        settled = ", ".join("yes" if one else "no" for one in self.settled.tolist())
        return f"Run(K = {K}; converged: {settled}; columns: {', '.join(self.columns)})"


class Recorder:
    """Collects the columns of a run and freezes every sample once it has stopped.

    Args:
        x0: (batch, channel, height, width), the starting point.
        stop: the stopping rule.
        monitor: called with the names and values of the iterates of a step; returns extra columns.
        keep: keep all iterates.
    """

    def __init__(self, x0: torch.Tensor, stop: Stop, monitor: Monitor | None = None, keep: bool = False):
        self.stop, self.monitor = stop, monitor
        self.x = x0
        self.done = torch.zeros(x0.shape[0], dtype=torch.bool, device=x0.device)
        self.settled = self.done.clone()
        self.K = torch.zeros(x0.shape[0], dtype=torch.long, device=x0.device)
        self.rows: list[dict[str, torch.Tensor]] = []
        self.iterates = [x0] if keep else None

    def step(self, x: torch.Tensor, columns: dict[str, torch.Tensor], **iterates: torch.Tensor) -> bool:
        """Record x^{k+1} and its columns. Returns True if every sample has stopped."""
        k = len(self.rows)
        moved, size = norm(x - self.x), norm(self.x)
        # From x^0 = 0 the relative change is infinite, or zero if nothing moves; this avoids 0 / 0.
        # NaN stays NaN, and so never counts as settled.
        change = torch.where(moved == 0, torch.zeros_like(moved), moved / size)
        row = {"iteration_error": change, **columns}
        if self.monitor is not None:
            row |= self.monitor(x=x, **iterates)
        self.rows.append({name: self._blank(value) for name, value in row.items()})
        self.x = torch.where(per_sample(self.done, x).bool(), self.x, x)
        self.K = torch.where(self.done, self.K, k + 1)
        # x^{k+1} = x^k = 0 does not mean convergence: u, v and lambda may still change.
        self.settled |= ~self.done & (change <= self.stop.epsilon) & (size > 0)
        self.done = self.done | self.settled | (k + 1 >= self.stop.k_max)
        if self.iterates is not None:
            self.iterates.append(self.x)
        return bool(self.done.all())

    def _blank(self, value: torch.Tensor) -> torch.Tensor:
        nothing = float("nan") if value.is_floating_point() else 0
        return torch.where(self.done, torch.full_like(value, nothing), value)

    def run(self) -> Run:
        """The finished run."""
        columns = {name: torch.stack([row[name] for row in self.rows]) for name in self.rows[0]}
        return Run(self.x, self.K, self.settled, columns, tuple(self.iterates or ()))
