"""The image-domain experiment, configured by params.yaml: models, training and data.

    python -m padnet.experiments.image

EPADNet is not trained: it uses the images of IPADNet's stages. Its parameters are part of the package, in a file next
to the weights of IPADNet. This command writes that file from the profile paper of params.yaml.
"""

import json
import sys
from pathlib import Path

import torch

from padnet.core.plan import Plan
from padnet.core.training import Problem
from padnet.data.deblurring_pairs import DataSpec
from padnet.errors import InputError
from padnet.experiments.base import Initialisation, hash_seed
from padnet.experiments.rungs import start_from
from padnet.experiments.schemas.image import Image
from padnet.imaging.batch import Fields
from padnet.imaging.boundary import crop_scored
from padnet.project import console
from padnet.project.atomic_files import write_json
from padnet.project.paths import check_profile, find_root
from padnet.project.section import section
from padnet.tasks.deconvolution_settings import SCHEMA as SETTINGS, Settings, explicit_part, implicit_part
from padnet.tasks.weights import EXPLICIT

MODELS = ("ipadnet",)


class ImageExperiment:
    """The objects of the experiment, built from the section PROFILE.image of params.yaml.

    Raises:
        InputError: for a missing or unknown parameter, or one that its object rejects.
    """

    name = "image"

    def __init__(self, profile: str, path=None):
        self.profile = check_profile(profile)
        raw = self.raw = self.section(path)
        self.settings = Settings({name: raw[name] for name in SETTINGS})
        self.data = DataSpec(
            **{name: tuple(part) if isinstance(part, list) else part for name, part in raw["data"].items()},
            known=raw["frame"]["told"] and raw["data"]["border"] == "valid",
        )
        if not 1 <= raw["batch"] <= self.data.pairs:
            raise InputError(f"image.batch is {raw['batch']}: it must lie between 1 and data.pairs, {self.data.pairs}.")
        for model in MODELS:
            parts = self.plan_of(model).parts
            if raw["batch"] % parts:
                raise InputError(f"plan.{model}.parts is {parts}: it must divide image.batch, {raw['batch']}.")
        self.batch, self.checkpoint = raw["batch"], raw["checkpoint"]

    def section(self, path=None) -> dict:
        """The parameters of the experiment."""
        return section(self.profile, "image", Image, path)

    def plan_of(self, model: str) -> Plan:
        """The training plan of a model: one stage per iteration."""
        return Plan(stages=self.raw["stop"]["implicit"], **self.raw["plan"][model])

    def batch_of(self, model: str) -> int:
        """The batch size: number of pairs per optimiser step."""
        return self.batch

    def schedule_of(self, model: str):
        """mu, rho and gamma of a model."""
        return self.settings.implicit

    def guard_of(self, model: str):
        """The safeguard used in training; None for implicit networks."""
        return None

    def bound_of(self, model: str) -> float | None:
        """C_N of Condition 2, per square root of the number of pixels."""
        return self.raw["implicit"]["bound"]

    def unit_of(self, model: str, seed: int, k: int, t: int):
        """The unit W^k_t at initialisation; depends only on its arguments."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(hash_seed(seed, k, t))
            return self.settings.unit(k, t)

    def network(self, model: str, counts: list[int]):
        """Uninitialised networks with the given number of units per stage, to load weights into."""
        return self.settings.networks(counts)

    def problem(self, fields: Fields, model: str) -> Problem:
        """A batch as the problem that Algorithm 2 solves; its error is minus the PSNR of the image, in dB."""
        y, k, noise, s = fields.y, fields.k, fields.noise, self.settings
        size = fields.x.shape[-2:]
        truth = crop_scored(fields.x, size, fields.crop)

        def decibels(x):
            return 10 * (crop_scored(x, size, fields.crop) - truth).square().mean(dim=(1, 2, 3)).log10()

        return Problem(s.f_im(y, k, noise), None, y, decibels, s.level(noise))

    def begin(self, model: str, root: Path, device) -> Initialisation:
        """The initial weights: from scratch, or the unit of a rung of the ladder in every stage."""
        if self.raw["start"] == "scratch":
            return Initialisation()
        stages = self.network(model, [1] * self.raw["stop"]["implicit"])
        return start_from(self.raw["start"], stages, self.profile, root)

    def validation_metrics(self, found: dict[str, float]) -> dict[str, float]:
        """The validation metrics, as stored in the model card, with the error replaced by the mean PSNR in dB."""
        rest = {name: value for name, value in found.items() if name != "error"}
        return {"psnr": -found["error"], **rest}

    def meta(self) -> dict[str, str]:
        """The metadata stored in a weights file along with its tensors: all settings needed to apply the networks."""
        settings = implicit_part(self.raw)
        if self.settings.told:
            settings["energy"] |= {"least": self.data.noise, "most": self.data.noise_most}
        return {"settings": json.dumps(settings, sort_keys=True)}


def weights_path(profile: str, model: str, ending: str) -> str:
    """The path of the weights (safetensors), card (json) or losses (csv) of a model. InputError as for check_model."""
    return f"weights/{check_profile(profile)}/image-{check_model(model)}.{ending}"


def check_model(model: str) -> str:
    """Return ``model``, or raise InputError if it is not one of MODELS."""
    if model not in MODELS:
        raise InputError(f"there is no image model {model!r}: use one of {', '.join(MODELS)}.")
    return model


def main(argv=None):
    """Write EPADNet's parameters of the profile paper to the package file."""
    root = find_root()
    write_json(EXPLICIT, explicit_part(ImageExperiment("paper", root / "params.yaml").raw))


if __name__ == "__main__":
    sys.exit(console.run(main))
