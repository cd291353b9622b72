"""How DehazeNet learns: from random parts of hazy pairs, by the squared error of t where it is known."""

from dataclasses import dataclass

from padnet.baselines.dehazing.cai import DehazeNet, DehazeNetSpec, shape
from padnet.baselines.dehazing.haze_training import check_positive, drawn, parts_of, squared_error, validated
from padnet.baselines.training import Descent, Phase

__all__ = ["Plan", "shape", "trainee"]


@dataclass(frozen=True)
class Plan:
    """steps: of Adam. rate: of learning. batch: parts a step, each of another pair. crop: pixels a side of a part."""

    steps: int
    rate: float
    batch: int
    crop: int

    def __post_init__(self):
        check_positive(self, "cai")


def trainee(spec: DehazeNetSpec, plan: Plan, train, held, seed: int, device="cpu") -> Descent:
    """The training of a DehazeNet on HazeFields, float32.

    Parts are drawn from (seed, step) alone. Raises InputError when there are fewer pairs than a batch takes, or a
    part is larger than a pair.
    """
    train, held = train.to(device), held.to(device)
    network = drawn(lambda: DehazeNet(spec), seed).to(device)
    parts = parts_of(train, "cai", network.halo, plan.batch, plan.crop, seed)

    def loss(phase: int, step: int):
        x, t, mask = parts(phase, step)
        return squared_error(network(x, bounded=False), t, mask)

    phases = [Phase("parts", plan.steps, plan.rate, list(network.parameters()))]
    return Descent(network, phases, loss, lambda: validated(network, held))
