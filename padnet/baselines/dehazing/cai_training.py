"""Training of DehazeNet: squared error of t, where it is known, on random crops of hazy pairs."""

from dataclasses import dataclass

from padnet.baselines.dehazing.cai import DehazeNet, DehazeNetSpec, shape
from padnet.baselines.dehazing.haze_training import check_positive, drawn, parts_of, squared_error, validated
from padnet.baselines.training import Descent, Phase

__all__ = ["Plan", "shape", "trainee"]


@dataclass(frozen=True)
class Plan:
    """steps: of Adam. rate: learning rate. batch: crops per step, each from a different pair. crop: side of a crop in
    pixels.
    """

    steps: int
    rate: float
    batch: int
    crop: int

    def __post_init__(self):
        check_positive(self, "cai")


def trainee(spec: DehazeNetSpec, plan: Plan, train, held, seed: int, device="cpu") -> Descent:
    """The training of a DehazeNet on HazeFields, float32.

    Crops only depend on (seed, step). Raises InputError if there are fewer pairs than the batch size, or a crop is
    larger than a pair.
    """
    train, held = train.to(device), held.to(device)
    network = drawn(lambda: DehazeNet(spec), seed).to(device)
    parts = parts_of(train, "cai", network.halo, plan.batch, plan.crop, seed)

    def loss(phase: int, step: int):
        x, t, mask = parts(phase, step)
        return squared_error(network(x, bounded=False), t, mask)

    phases = [Phase("parts", plan.steps, plan.rate, list(network.parameters()))]
    return Descent(network, phases, loss, lambda: validated(network, held))
