"""The modules that each stage of dvc.yaml imports, so that nobody keeps those lists by hand.

DVC does not follow imports: a stage must name the files that its result depends on. The whole
package as one dependency would rerun everything after any edit, none would rerun nothing.
"""

import argparse
import ast
import io
import json
import re
import sys
from pathlib import Path

from ruamel.yaml import YAML

from padnet.errors import InputError
from padnet.pipeline import console
from padnet.pipeline.files import write_text
from padnet.pipeline.paths import find_root

COMMAND = re.compile(r"python -m (padnet[\w.]*)(?:.*--name (\S+))?")
# Compared methods and their trainings are imported by name, so that each stage depends on its own method alone.
BENCHED = re.compile(r"python -m padnet\.pipeline\.benchmark_(?:haze_)?method .*--method (\w+)")
HAZE = re.compile(r"python -m padnet\.pipeline\.train .*--experiment (haze\b|methods --model (cai|ren)\b)")
LEARNED = re.compile(r"python -m padnet\.pipeline\.train .*--experiment methods --model (\w+)")


def imports(source, root, where="the source"):
    """The padnet files that Python code imports, directly or not: sorted paths relative to `root`.

    source: the code, a str. where: what an error calls it.
    Packages count with their __init__.py, because importing a module runs them.
    Raises InputError when a file cannot be parsed.
    """
    found, waiting = set(), [(source, where)]
    while waiting:
        code, name = waiting.pop()
        for file in _direct(code, Path(root), name) - found:
            found.add(file)
            waiting.append(((Path(root) / file).read_text(encoding="utf-8"), file))
    return sorted(found)


def _direct(code, root, where):
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        raise InputError(f"{where} is not valid Python (line {error.lineno}): correct it") from error
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    return {file for name in names if name.split(".")[0] == "padnet" for file in _files(name, root)}


def _files(name, root):
    """The files that `import name` runs: the __init__.py of every package on the way, and the module."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        path = "/".join(parts[:end])
        for file in (f"{path}/__init__.py", f"{path}.py"):
            if (root / file).is_file():
                yield file


def _is_there(name, root):
    """Whether `name` is a module of the project."""
    return (Path(root) / (name.replace(".", "/") + ".py")).is_file()


def notebook_code(path):
    """The code cells of a notebook file as one text, without IPython's `%` and `!` lines.

    Raises InputError when the file does not exist.
    """
    if not Path(path).is_file():
        raise InputError(f"there is no notebook {path}: correct its name in dvc.yaml")
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    lines = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code").splitlines()
    return "\n".join(re.sub(r"^(\s*)[%!].*", r"\1pass", line) for line in lines)


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
        code += notebook_code(Path(root) / "notebooks" / f"{match[2]}.ipynb")
        # `check` imports the laws of a notebook's exercises by name.
        laws = f"padnet.exercises.notebook_{match[2][:2]}"
        code += f"\nimport {laws}\n" if _is_there(laws, root) else ""
    if learned := LEARNED.match(cmd):
        code += f"import padnet.pipeline.methods, padnet.methods.{learned[1]}_training\n"
    if HAZE.match(cmd):
        code += "import padnet.pipeline.haze\n"
    if benched := BENCHED.match(cmd):
        code += f"import padnet.methods.{benched[1]}\n"
    return imports(code, root, cmd)


def rewritten(root):
    """The text of dvc.yaml with the module lists as the imports give them; nothing is written."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1000
    yaml.indent(mapping=2, sequence=4, offset=2)
    pipeline = yaml.load((Path(root) / "dvc.yaml").read_text(encoding="utf-8"))
    for stage in pipeline["stages"].values():
        stage = stage.get("do", stage)
        deps, modules = stage["deps"], stage_modules(stage["cmd"], root)
        for place in reversed([i for i, dep in enumerate(deps) if _is_module(dep) and dep not in modules]):
            del deps[place]
        deps.extend(module for module in modules if module not in deps)
    out = io.StringIO()
    yaml.dump(pipeline, out)
    return out.getvalue()


def _is_module(dep):
    return dep.startswith("padnet/") and dep.endswith(".py")


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--write", action="store_true", help="rewrite dvc.yaml instead of printing it")


def main(argv=None):
    """Print dvc.yaml with its module lists brought up to date, or write it."""
    parser = argparse.ArgumentParser(prog="padnet deps", description=__doc__.splitlines()[0])
    add_arguments(parser)
    write = parser.parse_args(argv).write
    root = find_root()
    text = rewritten(root)
    if write:
        write_text(root / "dvc.yaml", text)
    else:
        print(text, end="")


if __name__ == "__main__":
    sys.exit(console.run(main))
