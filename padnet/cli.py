"""The `padnet` command: `padnet COMMAND …` is `python -m padnet.pipeline.COMMAND …`."""

import argparse
import importlib
import sys

from padnet import __version__
from padnet.extras import named
from padnet.pipeline import console

COMMANDS = {
    "deconvolve": "deblur a photograph whose blur kernel is known",
    "dehaze": "remove haze from a colour photograph",
    "fetch": "download the public benchmark files, each checked by SHA-256",
    "sample": "make the quick profile's pictures and kernels out of installed packages",
    "tune": "find the best lambda and rho of a compared method on training pictures",
    "train": "train a PADNet by Algorithm 2, or a compared method",
    "benchmark": "run a method on a test set and write its records and certificates",
    "ship": "copy the paper profile's trained networks into the package",
    "timing": "measure how long every deconvolution method takes for a picture",
    "anchor": "run Levin's sparse deconvolution on his captures and write its records",
    "bench": "measure time and memory of a deconvolution on this machine",
    "notebook": "run a notebook and write its canonical result",
    "card": "write what every stage of a profile was given, and the machine that made it",
    "verify": "check the committed results on this machine, without the benchmark files",
    "selftest": "tell whether this processor gives the committed bits",
    "student": "write the notebooks without their solutions, for a class",
    "ablate": "measure what the choices that the paper leaves open cost, for the register of deviations",
    "converge": "run EPADNet of the gradient domain on until it has converged",
    "report": "write the tables and the metrics of a profile",
    "spread": "write mean and spread of the gradient domain's errors over several seeds",
    "compare": "set the paper's numbers beside ours, each with a verdict",
    "dag": "print the stages of the pipeline on one screen",
    "site": "make a static site and slides of the executed notebooks",
    "buttons": "write the buttons that open the notebooks in Binder and Colab into README.md",
}

# On a user's own photographs, or without arithmetic: they need not give the committed bits, and are faster so.
FREE = ("deconvolve", "dehaze", "bench", "timing", "fetch", "selftest", "ship", "student", "buttons", "dag")


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status; `padnet COMMAND --help` tells its options."""
    parser = argparse.ArgumentParser(
        prog="padnet",
        description="Companion of the paper PADNet (AAAI 2018).",
        epilog="padnet COMMAND --help tells the options of a command",
    )
    parser.add_argument("--version", action="version", version=f"padnet {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, what in COMMANDS.items():
        commands.add_parser(name, help=what, add_help=False)
    args, rest = parser.parse_known_args(argv)

    def command(rest: list[str]) -> None:
        # Imported only now: neither `padnet --help` nor a process that begins anew need wait for PyTorch.
        with named(args.command):
            importlib.import_module(f"padnet.pipeline.{args.command}").main(rest)

    return console.run(command, rest, pinned=args.command not in FREE)


if __name__ == "__main__":
    sys.exit(main())
