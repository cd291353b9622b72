"""Compute one hash of the code that each stage of dvc.yaml runs: reference/modules/STAGE.txt.

DVC does not follow imports: a stage must name the files that its result depends on. With the whole package as one
dependency every edit would rerun everything, and with none nothing would ever be rerun. Therefore the stage `modules`
follows the imports and writes one file per stage, and each stage depends on its file: the SHA-256 of the fingerprints
(padnet.project.code_fingerprints) of all modules that its command imports, directly or indirectly. It is unchanged by
moving files and by edits that do not affect the behaviour of a module. index.txt contains the fingerprint of every
module, to show which one changed; no stage depends on it.
"""

import argparse
import hashlib
import io
import sys
from pathlib import Path

from ruamel.yaml import YAML

from padnet.project import console
from padnet.project.atomic_files import write_text
from padnet.project.code_fingerprints import Fingerprints
from padnet.project.commands import stage_modules
from padnet.project.import_graph import imports
from padnet.project.modules import Package
from padnet.project.params import read_yaml
from padnet.project.paths import find_root

STAGE, FOLDER, INDEX = "modules", "reference/modules", "index"
SOURCES = ["notebooks", "padnet"]  # the inputs of the stage `modules`
KEYS = ("method", "model", "name")  # matrix keys that determine which modules a command imports


def lists(root):
    """{stage: the text of its file}, and that of the index.

    Raises InputError for a command that cannot be followed, code that cannot be parsed, or circular imports.
    """
    root, fingerprints = Path(root), Fingerprints(root)
    package = fingerprints.package
    found = {}
    for name, cmd in commands(root).items():
        # A set: modules with the same behaviour, such as empty ones, count once, whatever their path.
        one = {fingerprints.of(file) for file in stage_modules(cmd, root, package)}
        found[name] = hashlib.sha256("\n".join(sorted(one)).encode()).hexdigest() + "\n"
    every = sorted(path.relative_to(root).as_posix() for path in root.glob("padnet/**/*.py"))
    return found | {INDEX: "".join(f"{fingerprints.of(file)}  {file}\n" for file in every)}


def _choice(stage):
    """The matrix key of a stage that selects its modules, or None: each of its values has its own file."""
    return next((key for key in KEYS if key in stage.get("matrix", ())), None)


def commands(root):
    """{name: command} of the stages of dvc.yaml; a matrix that selects modules has one entry per choice.

    The names are those of the files in reference/modules; the stage `modules` itself has none.
    """
    found = {}
    for name, stage in read_yaml(Path(root) / "dvc.yaml")["stages"].items():
        stage = stage.get("do", stage)
        key, cmd = _choice(stage), stage.get("cmd")
        if name != STAGE and key is None:
            found[name] = cmd
        elif name != STAGE:
            found |= {f"{name}-{value}": cmd.replace(f"${{item.{key}}}", value) for value in stage["matrix"][key]}
    return found


def changed_modules(root, texts=None):
    """The sorted modules whose behaviour differs from the index; only those whose own imports are unchanged.

    Modules that are new, or were moved without a change, are not included. texts: lists(root), if already computed.
    """
    root, package = Path(root), Package(root)
    path = root / FOLDER / f"{INDEX}.txt"
    old = (
        dict(line.split("  ")[::-1] for line in path.read_text(encoding="utf-8").splitlines()) if path.is_file() else {}
    )
    now = dict(line.split("  ")[::-1] for line in (texts or lists(root))[INDEX].splitlines())
    other = {file for file, one in now.items() if file in old and old[file] != one and one not in old.values()}
    return sorted(file for file in other if not other & {*imports(package.text(file), root, file, package)} - {file})


def write_lists(folder, root):
    """Write the .txt files of all stages and the index to `folder`; remove others."""
    folder, texts = Path(folder), lists(root)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.txt"):
        if path.stem not in texts:
            path.unlink()
    for name, text in texts.items():
        write_text(folder / f"{name}.txt", text)


def stale(root, texts=None):
    """The sorted stages whose file in reference/modules does not match their code, and INDEX if it is outdated.

    texts: lists(root), if already computed.
    """
    texts, folder = texts or lists(root), Path(root) / FOLDER
    there = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}
    return sorted(name for name in {*texts, *there} if texts.get(name) != there.get(name))


def rewritten(root):
    """The text of dvc.yaml with each stage's file among its dependencies."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1000
    yaml.indent(mapping=2, sequence=4, offset=2)
    pipeline = yaml.load((Path(root) / "dvc.yaml").read_text(encoding="utf-8"))
    for name, stage in pipeline["stages"].items():
        stage = stage.get("do", stage)
        key = _choice(stage)
        wanted = (
            SOURCES if name == STAGE else [f"{FOLDER}/{name}-${{item.{key}}}.txt" if key else f"{FOLDER}/{name}.txt"]
        )
        deps = stage.setdefault("deps", [])
        for place in reversed([i for i, dep in enumerate(deps) if _is_code(dep) and dep not in wanted]):
            del deps[place]
        deps.extend(file for file in wanted if file not in deps)
    out = io.StringIO()
    yaml.dump(pipeline, out)
    return out.getvalue()


def _is_code(dep):
    return (dep.startswith("padnet/") and dep.endswith(".py")) or dep.startswith(f"{FOLDER}/")


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--write", action="store_true", help=f"rewrite dvc.yaml and {FOLDER} instead of printing")
    parser.add_argument("--out", metavar="FOLDER", help="write the files of the stages and the index to this folder")


def main(argv=None):
    """Print or write dvc.yaml with updated code dependencies, or write the files themselves."""
    parser = argparse.ArgumentParser(prog="padnet deps", description=__doc__.splitlines()[0])
    add_arguments(parser)
    args = parser.parse_args(argv)
    root = find_root()
    if args.out:
        write_lists(args.out, root)
        return
    text = rewritten(root)
    if args.write:
        # The module that a stage runs is named in dvc.yaml, which DVC does not treat as a dependency.
        write_lists(root / FOLDER, root)
        write_text(root / "dvc.yaml", text)
    else:
        print(text, end="")


if __name__ == "__main__":
    sys.exit(console.run(main))
