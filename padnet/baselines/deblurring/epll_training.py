"""Training of the patch mixture of EPLL: expectation maximisation on patches of the sharp training images."""

from dataclasses import dataclass

from padnet.baselines.deblurring.em import MixtureTraining
from padnet.baselines.deblurring.mixture import draw_patches
from padnet.baselines.inputs import check_count
from padnet.imaging.batch import Fields

HELD = 10  # one held-out patch per this many training patches


@dataclass(frozen=True)
class MixtureSpec:
    """components: of the mixture; the publication has 200, learned from two million patches."""

    components: int

    def __post_init__(self):
        check_count(**{"epll.components": self.components})


@dataclass(frozen=True)
class Plan:
    """patches: number of training patches. steps: of expectation maximisation, each over all patches."""

    patches: int
    steps: int

    def __post_init__(self):
        check_count(**{"epll.patches": self.patches, "epll.steps": self.steps})


def shape(settings: dict) -> MixtureSpec:
    """The number of components given by parameters or a weights file."""
    return MixtureSpec(**settings)


def trainee(spec: MixtureSpec, plan: Plan, train: Fields, held: Fields, seed: int, device="cpu") -> MixtureTraining:
    """The training of a Mixture on 8x8 patches of the ground truths, with their means removed, float32.

    The patches are taken from the truths of ``train`` at positions that only depend on the seed; the log-likelihood
    is validated on a tenth as many patches of ``held``. Blur and noise of the pairs are not used.
    Raises InputError if there are fewer patches than components, or a truth is smaller than a patch.
    """
    patches = draw_patches(_truths(train), plan.patches, seed).to(device)
    others = draw_patches(_truths(held), -(-plan.patches // HELD), seed).to(device)
    return MixtureTraining(patches, others, spec.components, plan.steps, seed)


def _truths(fields: Fields) -> list:
    """The sharp images in the format of draw_patches: named by their number, numpy arrays (h, w)."""
    return [(str(i), x) for i, x in enumerate(fields.x[:, 0].cpu().numpy())]
