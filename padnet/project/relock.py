"""Mark results as up to date in dvc.lock after code edits that cannot change them.

    python -m padnet.project.relock                      only the stage `modules`, on which no result depends
    python -m padnet.project.relock 'train-*@paper' …    these stages too, by name or pattern

It only changes commands and the hashes of files in reference/modules, and prints every change: read the diff of
dvc.lock before you commit it. `dvc commit` would need the benchmark files and the outputs of both profiles.
"""

import argparse
import fnmatch
import io
import sys
from pathlib import Path

from dvc.repo import Repo
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from padnet.errors import InputError
from padnet.project import console, deps
from padnet.project.atomic_files import write_text
from padnet.project.content_hashes import files_below, folder_md5, ignored, md5
from padnet.project.paths import find_root


def relock(root, patterns=()):
    """Update reference/modules, and dvc.lock for `modules` and all matching stages. Returns a list of sentences.

    root: the project folder. patterns: names of stages as in dvc.lock, where `*` matches any text.
    Raises InputError for a pattern that matches no stage.
    """
    root = Path(root)
    yaml = YAML()
    yaml.preserve_quotes = True
    # YAML aliases between stages would move when one of them is rerun, which makes diffs misleading.
    yaml.representer.ignore_aliases = lambda data: True
    try:
        lock = yaml.load((root / "dvc.lock").read_text(encoding="utf-8"))
        stages = lock["stages"].items()
    except (OSError, YAMLError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"dvc.lock cannot be read ({type(error).__name__}): restore it with git checkout dvc.lock"
        ) from error
    for pattern in patterns:
        if not fnmatch.filter(lock["stages"], pattern):
            raise InputError(
                f"no stage of dvc.lock is called {pattern!r}: write a name as there, or a pattern as '{pattern}@*'"
            )
    deps.write_lists(root / deps.FOLDER, root)
    with Repo(str(root)) as repo:
        commands = {stage.addressing: stage.cmd for stage in repo.index.stages if getattr(stage, "cmd", None)}
    said = []
    for name, stage in stages:
        if name != deps.STAGE and not any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            continue
        if name in commands and stage["cmd"] != commands[name]:
            said.append(f"{name}: cmd is now {commands[name]}")
            stage["cmd"] = commands[name]
        if name == deps.STAGE:
            known = {entry["path"]: entry for entry in stage.get("deps", [])}
            stage["deps"] = [known.get(path, {"path": path}) for path in deps.SOURCES]
        for entry in [*stage.get("deps", []), *(stage["outs"] if name == deps.STAGE else ())]:
            said += _entry(root, name, entry) if name == deps.STAGE or entry["path"].startswith(deps.FOLDER) else ()
    out = io.StringIO()
    yaml.dump(lock, out)
    write_text(root / "dvc.lock", out.getvalue())
    return said


def _entry(root, name, entry):
    """Update the hash of a dependency or output in the lock; return a sentence if it changed."""
    path, patterns = root / entry["path"], ignored(root)
    if path.is_dir():
        files = [path / one for one in files_below(path, patterns)]
        now = {
            "md5": folder_md5(path, patterns),
            "size": sum(file.stat().st_size for file in files),
            "nfiles": len(files),
        }
    else:
        now = {"md5": md5(path), "size": path.stat().st_size}
    changed = entry.get("md5") != now["md5"]
    entry.update({"hash": "md5"} | now)
    return [f"{name}: {entry['path']}"] if changed else []


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="names or patterns such as 'benchmark-*@levin-1pct'")


def main(argv=None):
    """Relock and print the changes."""
    parser = argparse.ArgumentParser(prog="padnet relock", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options = parser.parse_args(argv)
    print("\n".join(relock(find_root(), options.stages)) or "dvc.lock is as it was")


if __name__ == "__main__":
    sys.exit(console.run(main))
