"""The ladder experiment: intermediate configurations (rungs) between the previous image networks and better ones.

    python -m padnet.experiments.train_ladder --profile paper --model denoiser

Each rung changes one thing, such as the unit type or the training length. It is the experiment of
padnet.experiments.image with some parameters replaced by those of PROFILE.ladder.RUNG. The rung before has the previous
networks. The rung denoiser is IPADNet with one stage for a one-pixel blur: from x^0 = y the preliminary estimation (3)
is y itself, so the network learns Gaussian denoising. The others, and the image experiment itself, initialise every
stage with the unit of a rung: denoiser, joint, longer, and then the image experiment.
"""

from padnet.experiments.image import ImageExperiment
from padnet.experiments.rungs import check_rung
from padnet.experiments.schemas.ladder import Ladder
from padnet.project.section import section


class LadderExperiment(ImageExperiment):
    """The objects of a rung.

    Raises:
        InputError: for an unknown rung, a missing or unknown parameter, or one that its object rejects.
    """

    name = "ladder"

    def __init__(self, profile: str, rung: str, path=None):
        self.rung = check_rung(rung)
        super().__init__(profile, path)

    def section(self, path=None) -> dict:
        """The parameters of the image experiment, with those of the rung substituted."""
        own, all_of_it = section(self.profile, "ladder", Ladder, path)[self.rung], super().section(path)
        # Only the parameters that a training depends on, so that it can be resumed if others change.
        self.trained = {n: part for n, part in own.items() if n != "frame"} | {"level": all_of_it["energy"]["noise"]}
        return all_of_it | own | {"plan": {"ipadnet": own["plan"]}}
