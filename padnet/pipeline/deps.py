"""The modules that each stage of dvc.yaml imports, by hash: reference/modules/STAGE.txt.

DVC does not follow imports: a stage must name the files that its result depends on. The whole
package as one dependency would rerun everything after any edit, none would rerun nothing. So the
stage `modules` follows the imports and writes one list for each stage, and each stage depends on its list.
Module by module in dvc.yaml they made dvc.lock so long that DVC took 14 s to write it after every stage.
"""

import argparse
import hashlib
import io
import re
import sys
from pathlib import Path

from ruamel.yaml import YAML

from padnet.errors import InputError
from padnet.pipeline import console
from padnet.pipeline.files import write_text
from padnet.pipeline.imports import imports, notebook_code
from padnet.pipeline.params import read_yaml
from padnet.pipeline.paths import find_root

STAGE, FOLDER = "modules", "reference/modules"

COMMAND = re.compile(r"python -m (padnet[\w.]*)(?:.*--name (\S+))?")
# Compared methods and their trainings are imported by name, so that each stage depends on its own method alone.
BENCHED = re.compile(r"python -m padnet\.pipeline\.benchmark_(?:haze_)?method .*--method (\w+)")
HAZE = re.compile(r"python -m padnet\.pipeline\.train .*--experiment (haze\b|methods --model (cai|ren)\b)")
SEEDS = re.compile(r"python -m padnet\.pipeline\.(?:train .*--experiment seeds\b|benchmark .*--seed\b)")
LEARNED = re.compile(r"python -m padnet\.pipeline\.train .*--experiment methods --model (\w+)")


def stage_modules(cmd, root):
    """The padnet files behind a stage's command, `python -m padnet.… [--name NOTEBOOK]`.

    A training of a compared method ends with `--experiment methods --model METHOD`.

    Raises InputError when the command has another form or its module does not exist.
    """
    match = COMMAND.match(cmd)
    if not match or not (Path(root) / (match[1].replace(".", "/") + ".py")).is_file():
        raise InputError(
            f"cannot tell what the stage command {cmd!r} imports: write it as python -m padnet.pipeline.NAME …"
        )
    code = f"import {match[1]}\n"
    if match[2]:
        code += notebook_code(Path(root) / "notebooks" / f"{match[2]}.ipynb") + "\n"
    if learned := LEARNED.match(cmd):
        code += f"import padnet.pipeline.methods, padnet.methods.{learned[1]}_training\n"
    if HAZE.match(cmd):
        code += "import padnet.pipeline.haze\n"
    if SEEDS.match(cmd):
        code += "import padnet.pipeline.seeds\n"
    if benched := BENCHED.match(cmd):
        code += f"import padnet.methods.{benched[1]}\n"
    return imports(code, root, cmd)


def lists(root):
    """{stage: text of its list}: a line for each module, SHA-256 and path, as sha256sum writes and checks them."""
    root = Path(root)
    stages = {name: stage.get("do", stage) for name, stage in read_yaml(root / "dvc.yaml")["stages"].items()}
    hashes = {file: hashlib.sha256((root / file).read_bytes()).hexdigest() for file in modules(root)}
    return {
        name: "".join(f"{hashes[file]}  {file}\n" for file in stage_modules(stage["cmd"], root))
        for name, stage in stages.items()
        if name != STAGE
    }


def modules(root):
    """Every Python file of the package: sorted paths relative to `root`."""
    return sorted(path.relative_to(root).as_posix() for path in Path(root).glob("padnet/**/*.py"))


def write_lists(folder, root):
    """Make the .txt files in `folder` the lists of the stages; those of other stages are removed."""
    folder, texts = Path(folder), lists(root)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.txt"):
        if path.stem not in texts:
            path.unlink()
    for name, text in texts.items():
        write_text(folder / f"{name}.txt", text)


def stale(root):
    """The stages whose list in reference/modules is not what the imports say, sorted."""
    texts, folder = lists(root), Path(root) / FOLDER
    there = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}
    return sorted(name for name in {*texts, *there} if texts.get(name) != there.get(name))


def rewritten(root):
    """The text of dvc.yaml with each stage's list among its dependencies, and all modules among those of `modules`."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1000
    yaml.indent(mapping=2, sequence=4, offset=2)
    pipeline = yaml.load((Path(root) / "dvc.yaml").read_text(encoding="utf-8"))
    for name, stage in pipeline["stages"].items():
        stage = stage.get("do", stage)
        wanted = modules(root) if name == STAGE else [f"{FOLDER}/{name}.txt"]
        deps = stage.setdefault("deps", [])
        for place in reversed([i for i, dep in enumerate(deps) if _is_code(dep) and dep not in wanted]):
            del deps[place]
        deps.extend(file for file in wanted if file not in deps)
    out = io.StringIO()
    yaml.dump(pipeline, out)
    return out.getvalue()


def _is_code(dep):
    return dep.startswith("padnet/") and dep.endswith(".py") or dep.startswith(f"{FOLDER}/")


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--write", action="store_true", help=f"rewrite dvc.yaml and {FOLDER} instead of printing")
    parser.add_argument("--out", metavar="FOLDER", help="write the modules of each stage, by hash, into this folder")


def main(argv=None):
    """Print dvc.yaml with its dependencies on code brought up to date, or write it; or write the lists themselves."""
    parser = argparse.ArgumentParser(prog="padnet deps", description=__doc__.splitlines()[0])
    add_arguments(parser)
    args = parser.parse_args(argv)
    root = find_root()
    if args.out:
        write_lists(args.out, root)
        return
    text = rewritten(root)
    if args.write:
        write_text(root / "dvc.yaml", text)
        # Which module a stage runs stands in dvc.yaml, and that DVC takes as no dependency.
        write_lists(root / FOLDER, root)
    else:
        print(text, end="")


if __name__ == "__main__":
    sys.exit(console.run(main))
