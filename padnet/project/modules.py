"""The modules of padnet as files, and the imports in their syntax trees."""

import ast
import functools
from pathlib import Path

from padnet.errors import InputError
from padnet.project.untyped import untyped

PACKAGE = "padnet"
# These build module names dynamically, from choices of a command or a reader; padnet.project.commands knows them.
CHOOSING = (
    "padnet/__init__.py",
    "padnet/cli/main.py",
    "padnet/exercises/checking.py",
    "padnet/notebook/__init__.py",
    "padnet/project/choice.py",
)
DYNAMIC = ("import_module", "__import__", "run_module", "run_path")


class Package:
    """The modules of padnet below `root`, the project folder, by their dotted names."""

    def __init__(self, root):
        self.root = Path(root)
        # Per object: a cache on the class would keep every Package, and the trees of all its modules, alive.
        for name in ("file", "text", "nodes", "is_lazy", "homes", "direct"):
            setattr(self, name, functools.cache(getattr(self, name)))

    def file(self, name):
        """The file of the module `name`, relative to the root; None if there is none."""
        path = name.replace(".", "/")
        found = (file for file in (f"{path}.py", f"{path}/__init__.py") if (self.root / file).is_file())
        return next(found, None) if name.split(".")[0] == PACKAGE else None

    def text(self, file):
        """The source of a file of the package."""
        return (self.root / file).read_text(encoding="utf-8")

    def nodes(self, code, where):
        """All nodes of the syntax tree of Python code, the module first; parsed and walked only once."""
        return list(ast.walk(parse(code, where)))

    def is_lazy(self, file):
        """Whether a file is an __init__.py with a function __getattr__, which imports names lazily."""
        body = self.nodes(self.text(file), file)[0].body if file.endswith("__init__.py") else []
        return any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in body)

    def homes(self, name):
        """{name: module} of the lazy imports of the package `name`: a dict in its __init__.py."""
        file = self.file(name) or ""
        body = self.nodes(self.text(file), file)[0].body if self.is_lazy(file) else []
        return {key: module for node in body for key, module in self.table(node).items()}

    def table(self, node):
        """The dict that a statement assigns if all its values are names of modules; else an empty dict."""
        value = node.value if isinstance(node, ast.Assign) else None
        pairs = zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ()
        pairs = [(getattr(key, "value", None), getattr(where, "value", None)) for key, where in pairs]
        return dict(pairs) if all(isinstance(where, str) and self.file(where) for _, where in pairs) else {}

    def target(self, module, name):
        """What `from module import name` returns: (module, None) for a module, or (module that defines it, name)."""
        if self.file(f"{module}.{name}"):
            return f"{module}.{name}", None
        return self.homes(module).get(name, module), name

    def chain(self, node, roots):
        """(module, name or None) of `padnet.a.b` or `padnet.name` if `padnet` is bound by an import; else None."""
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
        """The modules that `code` imports directly, without the packages that contain them."""
        nodes, found = self.nodes(code, where), set()
        roots = bound_to_package(nodes)
        of = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
        for node in nodes:
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
            elif isinstance(node, ast.Name) and node.id in roots and id(node) not in of:
                found.update(self.homes(PACKAGE).values())  # passed on as a whole: any name may be used
            if where not in CHOOSING:
                refuse_dynamic(node, where)
        return {name for name in found if name.split(".")[0] == PACKAGE}

    def files(self, name):
        """The files that `import name` runs: the __init__.py of every enclosing package, and the module."""
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            if file := self.file(".".join(parts[:end])):
                yield file


def parse(code, where):
    """The syntax tree of Python code without types. InputError, which uses the name `where`, for a syntax error."""
    try:
        return untyped(ast.parse(code))
    except (SyntaxError, ValueError) as error:  # ValueError: Python 3.11 on a null character
        line = getattr(error, "lineno", None) or 1
        raise InputError(f"{where} is not valid Python (line {line}): correct it") from error


def absolute(node, where="the source"):
    """The module of a `from … import`. InputError for a relative import, and for `import *` from padnet."""
    if node.level:
        raise InputError(f"{where} imports {'.' * node.level}{node.module or ''} (line {node.lineno}): write padnet.…")
    if node.module.split(".")[0] == PACKAGE and node.names[0].name == "*":
        raise InputError(f"{where} imports all of {node.module} (line {node.lineno}): name what it needs")
    return node.module


def refuse_dynamic(node, where):
    """Raise InputError if a node imports a module whose name is not a literal, because it cannot be followed."""
    called = getattr(node, "func", None)
    name = getattr(called, "attr", getattr(called, "id", None))
    renamed = isinstance(node, ast.ImportFrom) and [
        alias for alias in node.names if alias.name in DYNAMIC and alias.asname
    ]
    if renamed or (name in DYNAMIC and not literal_import(node)):
        raise InputError(
            f"{where} imports a module whose name is not a literal (line {node.lineno}): write "
            'import_module("padnet.…"), '
            "or chosen(…) of padnet.project.choice and its command in "
            "padnet.project.commands"
        )


def literal_import(node):
    """The module of `import_module("name")`; None for any other node."""
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return None
    called = getattr(node.func, "attr", getattr(node.func, "id", None))
    return node.args[0].value if called == "import_module" and isinstance(node.args[0].value, str) else None


def bound_to_package(nodes):
    """The local names of padnet itself: `import padnet`, `import padnet.a` or `import padnet as p`."""
    aliases = [alias for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    whole = {alias.asname or PACKAGE for alias in aliases if alias.name == PACKAGE}
    return whole | {PACKAGE for alias in aliases if alias.name.startswith(f"{PACKAGE}.") and not alias.asname}
