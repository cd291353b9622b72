"""Common parts of the haze benchmarks: the test sets, the inputs of a method, and the record of its result."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from padnet.core.certificate import Certificate
from padnet.data import fattal
from padnet.data.haze_protocols import HAZE_PROTOCOLS, haze_protocol
from padnet.errors import InputError
from padnet.evaluation.columns import HAZE as RECORD
from padnet.evaluation.records import short
from padnet.imaging.haze_scores import score
from padnet.tasks.airlight import estimate_airlight

VARIANTS = ("known", "estimated")  # airlight
SETS = (*sorted(HAZE_PROTOCOLS), "fattal")


@dataclass(frozen=True)
class Estimate:
    """The result of a method for one image: t (h, w), J (h, w, 3) not clipped, float32; and PADNet's certificate."""

    t: np.ndarray
    J: np.ndarray
    certificate: Certificate | None = None


def estimate(t: torch.Tensor, J: torch.Tensor, certificate: Certificate | None = None) -> Estimate:
    """Convert t (1, 1, h, w) and J (1, 3, h, w) to an Estimate."""
    return Estimate(t[0, 0].numpy(), J[0].permute(1, 2, 0).numpy(), certificate)


def observed(pair, variant: str, own=None):
    """The image (1, 3, h, w) and the airlight (1, 3) of a pair, float32, as inputs of `padnet.dehaze`.

    variant: "known" uses the pair's airlight, "estimated" estimates it from the image alone,
        "own" does so with ``own``, a function of the image that a compared method brings along.
    """
    if variant not in (VARIANTS if own is None else (*VARIANTS, "own")):
        raise InputError(f"there is no kind of airlight {variant!r}: choose from {', '.join(VARIANTS)}.")
    I = torch.from_numpy(pair.I).permute(2, 0, 1)[None].float()
    if variant == "known":
        return I, torch.from_numpy(pair.A)[None].float()
    return I, own(I) if variant == "own" and own is not None else estimate_airlight(I)


def record(pair, variant: str, name: str, found: Estimate) -> dict:
    """The row of one image, with the keys RECORD."""
    scores = score(pair, found.t, found.J)
    verdict = None if found.certificate is None else found.certificate.verdict
    values = (
        pair.image,
        pair.beta,
        "none" if name == "hazy" else variant,
        *(short(scores[metric]) for metric in ("psnr", "ssim", "l1_t", "l1_J")),
        verdict,
    )
    return dict(zip(RECORD, values, strict=True))


def pairs_of(name: str, root: Path, folder: Path | None):
    """(pairs, transmission of the constant oracle or None) of a test set; `folder` is the folder of Fattal's benchmark.

    Raises InputError for an unknown set, or if `folder` is missing or not applicable; PadnetError for missing files.
    """
    if name != "fattal":
        if folder is not None:
            raise InputError(f"--folder is for the set fattal alone; the files of {name} are found by themselves.")
        protocol = haze_protocol(name)
        data = root / "data" / ("quick" if protocol.source == "sample" else "paper")
        return protocol.pairs(data, "test"), protocol.constant(data)
    if folder is None:
        raise InputError(f"--set fattal needs --folder: {fattal.WHERE}")
    return fattal.pairs(folder), None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of a haze benchmark."""
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    parser.add_argument("--set", required=True, choices=SETS, help="the protocol, or Fattal's benchmark")
    parser.add_argument("--folder", type=Path, help=f"for --set fattal. {fattal.WHERE}")
