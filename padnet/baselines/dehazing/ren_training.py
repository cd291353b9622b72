"""Training of MSCNN: the coarse network, then the fine one on its output, on random crops of hazy pairs.

The loss of both is the squared error of t where it is known. The coarse network is frozen while the fine one is
trained.
"""

from dataclasses import dataclass

from padnet.baselines.dehazing.haze_training import check_positive, drawn, parts_of, squared_error, validated
from padnet.baselines.dehazing.ren import MSCNN, MSCNNSpec, shape
from padnet.baselines.training import Descent, Phase

__all__ = ["Plan", "shape", "trainee"]


@dataclass(frozen=True)
class Plan:
    """steps, rate: of Adam for the coarse network. fine_steps, fine_rate: for the fine one.

    batch: crops per step, each from a different pair. crop: side of a crop in pixels.
    """

    steps: int
    fine_steps: int
    rate: float
    fine_rate: float
    batch: int
    crop: int

    def __post_init__(self):
        check_positive(self, "ren")


def trainee(spec: MSCNNSpec, plan: Plan, train, held, seed: int, device="cpu") -> Descent:
    """The training of an MSCNN on HazeFields, float32.

    Crops only depend on (seed, phase, step). Raises InputError if there are fewer pairs than the batch size, or a
    crop is larger than a pair.
    """
    train, held = train.to(device), held.to(device)
    network = drawn(lambda: MSCNN(spec), seed).to(device)
    parts = parts_of(train, "ren", network.halo, plan.batch, plan.crop, seed)

    def loss(phase: int, step: int):
        x, t, mask = parts(phase, step)
        return squared_error(network(x, fine=phase == 1), t, mask)

    phases = [
        Phase("coarse", plan.steps, plan.rate, list(network.coarse.parameters())),
        Phase("fine", plan.fine_steps, plan.fine_rate, list(network.fine.parameters())),
    ]
    return Descent(network, phases, loss, lambda: validated(network, held))
