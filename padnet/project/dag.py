"""Show the stages of dvc.yaml on one screen, with one line per matrix, and the dependencies of each.

`dvc dag` draws every member of every matrix, thousands of columns wide.
"""

import argparse
import sys
from collections import Counter

from dvc.exceptions import DvcException
from dvc.repo import Repo

from padnet.errors import PadnetError
from padnet.project import console
from padnet.project.deps import STAGE
from padnet.project.paths import find_root

MOST = 3  # maximum number of dependencies per line


def folded(graph):
    """{name: (number of members, sorted names of its dependencies)}, in topological order.

    graph: {address of a stage: addresses of its dependencies}; members of a matrix are NAME@MEMBER. The stage
    `modules`, on which every other one depends, is omitted.
    """
    fold = {address: address.partition("@")[0] for address in graph}
    count = Counter(fold.values())
    needs = {name: set() for name in count}
    for address, others in graph.items():
        needs[fold[address]] |= {other.partition("@")[0] for other in others} - {fold[address], STAGE}
    found = {}
    while waiting := [name for name in needs if name not in found and name != STAGE]:
        name = next(name for name in waiting if needs[name] <= {*found})
        found[name] = (count[name], sorted(needs[name]))
    return found


def text(stages):
    """The lines of a folded graph: NAME (n)  <-  direct dependencies, without those implied by others."""
    names = {name: f"{name} ({count})" if count > 1 else name for name, (count, _) in stages.items()}
    width = max(map(len, names.values()))
    behind = {}
    for name, (_, needs) in stages.items():
        behind[name] = {*needs}.union(*(behind[one] for one in needs))
    lines = []
    for name, (_, needs) in stages.items():
        direct = [one for one in needs if not any(one in behind[other] for other in needs)]
        told = ", ".join(direct[:MOST]) + (f" and {len(direct) - MOST} more" if len(direct) > MOST else "")
        lines.append(f"{names[name]:{width}}  <- {told}".rstrip(" <-"))
    return "\n".join(lines)


def graph_of(root):
    """{address: addresses of its dependencies} for the stages of `root`. PadnetError if DVC cannot read them."""
    try:
        with Repo(str(root)) as repo:
            graph = repo.index.graph
            return {one.addressing: [other.addressing for other in graph.successors(one)] for one in graph.nodes}
    except DvcException as error:
        raise PadnetError(f"DVC cannot read the pipeline ({error}): restore it with git checkout dvc.yaml") from error


def add_arguments(parser):
    """Add this command's options to an argparse parser; there are none."""


def main(argv=None):
    """Print the stages."""
    argparse.ArgumentParser(prog="padnet dag", description=__doc__.splitlines()[0]).parse_args(argv)
    print(text(folded(graph_of(find_root()))))


if __name__ == "__main__":
    sys.exit(console.run(main))
