"""Check the committed results on this machine: hashes, tables, certificates, and a notebook run again.

    padnet verify

Needs no network and no benchmark files, and changes no file of the project. A line for each kind of check that
holds, with counts; a line for each thing that does not, which names the file. The status is 0 when all holds.
"""

import argparse
import sys

from padnet.errors import PadnetError
from padnet.pipeline import console
from padnet.pipeline.paths import PROFILES, find_root
from padnet.verify import hashes, links, modules, tables, weights


def outcomes(root, options):
    """The Outcome of every check that the options ask for, one after the other."""
    yield hashes.check(root, options.profile)
    yield weights.check(root, options.profile)
    yield modules.check(root)
    yield tables.check(root, options.profile)
    yield links.check(root, options.profile)


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--profile", choices=PROFILES, default="paper", help="whose results; default: paper")


def main(argv=None):
    """Check everything, print a line for each thing, and raise PadnetError when anything does not hold."""
    parser = argparse.ArgumentParser(prog="padnet verify", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options = parser.parse_args(argv)
    root, wrong = find_root(), 0
    for outcome in outcomes(root, options):
        print("\n".join(outcome.lines()), flush=True)
        wrong += len(outcome.findings)
    if wrong:
        raise PadnetError(f"{wrong} things do not hold: the lines above name the files; git checkout brings one back")


if __name__ == "__main__":
    sys.exit(console.run(main))
