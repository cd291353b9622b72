"""What Python code and notebooks import of padnet, directly or not, read from their text without running it."""

import ast
import functools
import json
import re
from pathlib import Path

from padnet.errors import InputError

PACKAGE = "padnet"


class Package:
    """The modules of padnet below `root`, the project folder, by their dotted names."""

    def __init__(self, root):
        self.root = Path(root)

    @functools.cache
    def file(self, name):
        """The file of the module `name`, relative to the root; None when there is none."""
        path = name.replace(".", "/")
        found = (file for file in (f"{path}.py", f"{path}/__init__.py") if (self.root / file).is_file())
        return next(found, None) if name.split(".")[0] == PACKAGE else None

    def text(self, file):
        """The source of a file of the package."""
        return (self.root / file).read_text(encoding="utf-8")

    @functools.cache
    def homes(self, name):
        """{name: module} of what the package `name` imports when it is asked for: a dict in an __init__.py that has
        a function __getattr__.
        """
        file = self.file(name) or ""
        body = parse(self.text(file), file).body if file.endswith("__init__.py") else []
        lazy = any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in body)
        return {key: module for node in body for key, module in self.table(node).items()} if lazy else {}

    def table(self, node):
        """The dict that a statement assigns when all its values are names of modules; else an empty one."""
        value = node.value if isinstance(node, ast.Assign) else None
        pairs = zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ()
        pairs = [(getattr(key, "value", None), getattr(where, "value", None)) for key, where in pairs]
        return dict(pairs) if all(isinstance(where, str) and self.file(where) for _, where in pairs) else {}

    def target(self, module, name):
        """What `from module import name` gives: (module, None) for a module, or (module that defines it, name)."""
        if self.file(f"{module}.{name}"):
            return f"{module}.{name}", None
        return self.homes(module).get(name, module), name

    def chain(self, node, roots):
        """(module, name or None) of `padnet.a.b` or `padnet.name` where `padnet` is bound by an import; else None."""
        names = []
        while isinstance(node, ast.Attribute):
            names.insert(0, node.attr)
            node = node.value
        if not names or not isinstance(node, ast.Name) or node.id not in roots:
            return None
        module = PACKAGE
        while names and self.file(f"{module}.{names[0]}"):
            module = f"{module}.{names.pop(0)}"
        if names and names[0] in self.homes(module):
            return self.homes(module)[names[0]], names[0]
        return None if names else (module, None)

    def direct(self, code, where):
        """The modules that `code` imports by itself, the packages on the way left out."""
        tree, found = parse(code, where), set()
        roots = bound_to_package(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                module = absolute(node, where)
                if module.split(".")[0] == PACKAGE:
                    found.update([module, *(self.target(module, alias.name)[0] for alias in node.names)])
            elif named := literal_import(node):
                found.add(named)
            elif link := self.chain(node, roots):
                found.add(link[0])
        return {name for name in found if name.split(".")[0] == PACKAGE}

    def files(self, name):
        """The files that `import name` runs: the __init__.py of every package on the way, and the module."""
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            if file := self.file(".".join(parts[:end])):
                yield file


def parse(code, where):
    """The syntax tree of Python code. InputError, which calls it `where`, when it is none."""
    try:
        return ast.parse(code)
    except SyntaxError as error:
        raise InputError(f"{where} is not valid Python (line {error.lineno}): correct it") from error


def absolute(node, where="the source"):
    """The module of a `from … import`. InputError for a relative one, which no list of modules can follow."""
    if node.level:
        raise InputError(f"{where} imports {'.' * node.level}{node.module or ''} (line {node.lineno}): write padnet.…")
    return node.module


def literal_import(node):
    """The module of `import_module("name")`; None for another node."""
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return None
    called = getattr(node.func, "attr", getattr(node.func, "id", None))
    return node.args[0].value if called == "import_module" and isinstance(node.args[0].value, str) else None


def bound_to_package(tree):
    """The local names of padnet itself: `import padnet`, `import padnet.a` or `import padnet as p`."""
    aliases = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    whole = {alias.asname or PACKAGE for alias in aliases if alias.name == PACKAGE}
    return whole | {PACKAGE for alias in aliases if alias.name.startswith(f"{PACKAGE}.") and not alias.asname}


def imports(source, root, where="the source"):
    """The padnet files that Python code imports, directly or not: sorted paths relative to `root`.

    source: the code, a str. where: what an error calls it.
    Packages count with their __init__.py, because importing a module runs them. Followed are import statements,
    import_module("…") and names that a package imports when they are asked for; not a module whose name is put
    together at run time, or handed to padnet.pipeline.choice.
    Raises InputError when a file cannot be parsed or imports relatively.
    """
    package, found, waiting = Package(root), set(), [(source, where)]
    while waiting:
        for name in package.direct(*waiting.pop()):
            for file in set(package.files(name)) - found:
                found.add(file)
                waiting.append((package.text(file), file))
    return sorted(found)


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
