"""The padnet imports of Python code and notebooks, direct and indirect, found by static analysis."""

import json
import re
from pathlib import Path

from padnet.errors import InputError
from padnet.project.modules import Package


def imports(source, root, where="the source", package=None):
    """The padnet files that Python code imports, directly or indirectly: sorted paths relative to `root`.

    source: the code, a str. where: its name in error messages. package: a Package of `root` that has already read
    files.
    Packages include their __init__.py, because importing a module runs it. The analysis follows import statements,
    import_module("…") and names that a package imports lazily, but not the arguments of padnet.project.choice.
    Raises InputError if a file cannot be parsed, uses relative imports, or imports something that cannot be followed.
    """
    package, found, waiting = package or Package(root), set(), [(source, where)]
    while waiting:
        for name in package.direct(*waiting.pop()):
            for file in set(package.files(name)) - found:
                found.add(file)
                waiting.append((package.text(file), file))
    return sorted(found)


def notebook_code(path):
    """The code cells of a notebook file as one text, without IPython's `%` and `!` lines.

    `check` imports the checks of a notebook's exercises by name: if padnet.exercises is imported and such checks
    exist, that import is appended.
    Raises InputError if the file does not exist.
    """
    if not Path(path).is_file():
        raise InputError(f"there is no notebook {path}: correct its name in dvc.yaml")
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    code = without_magics("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))
    laws = f"notebook_{Path(path).name.partition('_')[0]}"
    if "padnet.exercises" in code and (Path(path).parent.parent / "padnet" / "exercises" / f"{laws}.py").is_file():
        code += f"\nimport padnet.exercises.{laws}"
    return code


def without_magics(code):
    """The code of a notebook's cells, a str, with IPython's `%` and `!` lines replaced with `pass`."""
    return "\n".join(re.sub(r"^(\s*)[%!].*", r"\1pass", line) for line in code.splitlines())
