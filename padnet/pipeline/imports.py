"""What Python code and notebooks import of padnet, directly or not, read from their text without running it."""

import ast
import functools
import json
import re
from pathlib import Path

from padnet.errors import InputError


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
    return {file for name in _names(code, where) for file in _files(name, root)}


@functools.lru_cache(maxsize=None)  # every list follows the same modules
def _names(code, where):
    """The modules of padnet that `code` names in its imports, a function of the text alone."""
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
    return frozenset(name for name in names if name.split(".")[0] == "padnet")


def _files(name, root):
    """The files that `import name` runs: the __init__.py of every package on the way, and the module."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        path = "/".join(parts[:end])
        for file in (f"{path}/__init__.py", f"{path}.py"):
            if (root / file).is_file():
                yield file


def notebook_code(path):
    """The code cells of a notebook file as one text, without IPython's `%` and `!` lines.

    `check` imports the laws of a notebook's exercises by name: where padnet.exercises is imported and there are
    such laws, the text ends with that import.
    Raises InputError when the file does not exist.
    """
    if not Path(path).is_file():
        raise InputError(f"there is no notebook {path}: correct its name in dvc.yaml")
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    lines = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code").splitlines()
    code = "\n".join(re.sub(r"^(\s*)[%!].*", r"\1pass", line) for line in lines)
    laws = f"notebook_{Path(path).name[:2]}"
    if "padnet.exercises" in code and (Path(path).parent.parent / "padnet" / "exercises" / f"{laws}.py").is_file():
        code += f"\nimport padnet.exercises.{laws}"
    return code
