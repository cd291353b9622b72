"""The `padnet` command: `padnet COMMAND …` runs the `main` of the module that padnet.cli.commands names."""

import argparse
import importlib
import sys

from padnet import __version__
from padnet.cli.commands import COMMANDS
from padnet.cli.extras import CORE, named
from padnet.project import console

# On a user's own photographs, or without arithmetic: they need not give the committed bits, and are faster so.
FREE = ("deconvolve", "dehaze", "kernel", "bench", "timing", "fetch", "selftest", "ship", "student", "buttons", "dag")


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status; `padnet COMMAND --help` tells its options."""
    parser = argparse.ArgumentParser(
        prog="padnet",
        description="Companion of the paper PADNet (AAAI 2018).",
        epilog="padnet COMMAND --help tells the options of a command",
    )
    parser.add_argument("--version", action="version", version=f"padnet {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, what) in COMMANDS.items():
        commands.add_parser(name, help=what, add_help=False)
    args, rest = parser.parse_known_args(argv)

    def command(rest: list[str]) -> None:
        # Imported only now: neither `padnet --help` nor a process that begins anew need wait for PyTorch.
        with named(args.command):
            importlib.import_module(f"padnet.{COMMANDS[args.command][0]}").main(rest)

    return console.run(command, rest, pinned=args.command not in FREE, resumed=args.command not in CORE)


if __name__ == "__main__":
    sys.exit(main())
