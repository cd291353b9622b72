"""Fingerprints of code that are unchanged by edits of comments, docstrings, types or layout, and by moving files.

The fingerprint of a module is the SHA-256 of its syntax tree in a canonical form. This omits positions, docstrings,
`pass`, types (padnet.project.untyped), empty fields (which differ between Python versions) and the order of adjacent
imports. Every import of padnet is replaced with the fingerprint of the imported module, so the fingerprint of a
module changes if the behaviour of anything that it imports changes, but not if files are only moved. If a module
reads `__file__`, its path is included, and if it reads `__doc__`, docstrings are included.
"""

import ast
import hashlib
import re
from collections import Counter

from padnet.errors import InputError
from padnet.project.modules import PACKAGE, Package, absolute, bound_to_package, literal_import

DROPPED = ("ctx", "kind", "type_comment", "type_ignores")


class Fingerprints:
    """The fingerprints of the modules below `root`, each computed once."""

    def __init__(self, root):
        self.package, self.known, self.open = Package(root), {}, []

    def of(self, file):
        """The fingerprint of a file of the package (hexadecimal). InputError for circular imports."""
        if file in self.open:
            circle = " -> ".join([*self.open[self.open.index(file) :], file])
            raise InputError(f"{circle} import each other: move what both need into a third module")
        if file not in self.known:
            self.open.append(file)
            try:
                self.known[file] = self.of_code(self.package.text(file), file)
            finally:
                self.open.pop()
        return self.known[file]

    def of_code(self, code, where="the source"):
        """The fingerprint of Python code, a str; `where` is its name in error messages."""
        return hashlib.sha256(str(_Form(self, self.package.nodes(code, where), where).block()).encode()).hexdigest()

    def module(self, name):
        """The fingerprint of the module with a dotted name."""
        return self.of(self.package.file(name))


class _Form:
    """The canonical form of one syntax tree, given as its nodes: nested tuples of ASCII text."""

    def __init__(self, fingerprints, nodes, where):
        self.fingerprints, self.package, self.nodes, self.where = fingerprints, fingerprints.package, nodes, where
        self.roots = bound_to_package(nodes)
        self.modules = self._bound_modules()
        self.lazy = self.package.is_lazy(where)
        self.documented = any(isinstance(node, ast.Attribute) and node.attr == "__doc__" for node in nodes)
        self.choosing = False  # inside the arguments of an import by name

    def block(self):
        placed = any(isinstance(node, ast.Name) and node.id == "__file__" for node in self.nodes)
        return (("place", self.where) if placed else (), self._statements(self.nodes[0].body))

    def _bound_modules(self):
        """{local name: module} for names that are bound only by an import of one module of padnet."""
        found, other = {}, set()
        for node in self.nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    module, name = self._target(node, alias)
                    local = alias.asname or alias.name
                    if module and name is None and (alias.asname or isinstance(node, ast.ImportFrom)):
                        found.setdefault(local, set()).add(module)
                    else:
                        other.add(local.split(".")[0])
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                other.add(node.id)
            elif not isinstance(node, ast.alias):
                # arguments, functions and classes, `except … as name`, `global`, patterns
                other.update(
                    text for field in ("arg", "name", "rest") if isinstance(text := getattr(node, field, 0), str)
                )
                other.update(getattr(node, "names", ()) if isinstance(node, ast.Global | ast.Nonlocal) else ())
        return {local: next(iter(to)) for local, to in found.items() if len(to) == 1 and local not in other}

    def _target(self, node, alias):
        """(module, name or None) of padnet that an import refers to; (None, …) for another package."""
        if isinstance(node, ast.Import):
            return (alias.name if self.package.file(alias.name) else None), None
        module = absolute(node, self.where)
        if not self.package.file(module):
            return None, alias.name
        return self.package.target(module, alias.name)

    def _statements(self, body):
        """The statements in order; adjacent imports are sorted, statements without effect are omitted."""
        found, run = [], []
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                run += [(self._alias(node, alias), alias.asname or alias.name) for alias in node.names]
            elif not self._does_nothing(node):
                found += [*self._sorted(run), self._form(node)]
                run = []
        return (*found, *self._sorted(run))

    def _does_nothing(self, node):
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        return isinstance(node, ast.Pass) or (text and not (self.documented and isinstance(node.value.value, str)))

    @staticmethod
    def _sorted(run):
        """The forms of a run of imports, sorted unless two bind the same name: then the last one wins."""
        forms = list(dict.fromkeys(form for form, _ in run))
        names = Counter(name for _, name in dict.fromkeys(run))
        return forms if names and max(names.values()) > 1 else sorted(forms)

    def _alias(self, node, alias):
        module, name = self._target(node, alias)
        if module == PACKAGE and name is None:
            return ("package",)  # the used parts are included where they are used
        if module:
            one = ("import", self.fingerprints.module(module), name or "")
            return (*one, "" if name is None and self._unnamed(node, alias) else alias.asname or alias.name)
        return ("import", getattr(node, "module", "") or "", alias.name, alias.asname or "")

    def _unnamed(self, node, alias):
        """Whether the local name of a module is irrelevant, because its uses are replaced with the fingerprint."""
        plain = isinstance(node, ast.Import) and not alias.asname
        return plain or (alias.asname or alias.name) in self.modules

    def _form(self, node):
        if isinstance(node, ast.Constant):
            return self._constant(node.value)
        if isinstance(node, ast.JoinedStr):
            return ("JoinedStr", *self._pieces(node.values))
        if isinstance(node, ast.Name) and node.id in self.modules:
            return ("module", self.fingerprints.module(self.modules[node.id]))
        if (named := literal_import(node)) and self.package.file(named):
            return ("module", self.fingerprints.module(named))
        if link := self.package.chain(node, self.roots):
            return ("module", self.fingerprints.module(link[0]), *(one for one in link[1:] if one))
        if self.lazy and self.package.table(node):
            # Lazy imports of a package are included where the name is used.
            return ("homes", *(self._form(target) for target in node.targets))
        called = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", None))
        before, self.choosing = self.choosing, self.choosing or called in ("chosen", "import_module")
        fields = [(name, self._field(value)) for name, value in ast.iter_fields(node) if name not in DROPPED]
        self.choosing = before
        return (type(node).__name__, *sorted((name, value) for name, value in fields if value != ()))

    def _field(self, value):
        if isinstance(value, list):
            if value and isinstance(value[0], ast.stmt):
                return self._statements(value)
            return tuple(("-",) if one is None else self._field(one) for one in value)
        if isinstance(value, ast.AST):
            return self._form(value)
        return () if value is None else (ascii(value),)

    def _constant(self, value):
        """A value with its type; for a selected module only the last part of its name, which is unchanged by a move."""
        if self.choosing and isinstance(value, str) and self.package.file(value):
            value = value.rpartition(".")[2]
        return ("Constant", type(value).__name__, ascii(value))

    def _pieces(self, values):
        """The parts of an f-string with adjacent strings joined, because Python versions split them differently."""
        found = []
        for one in values:
            text = one.value if isinstance(one, ast.Constant) else None
            if text is not None and found and isinstance(found[-1], str):
                found[-1] += text
            elif text != "":
                found.append(self._form(one) if text is None else text)
        cut = rf"^{PACKAGE}\.(\w+\.)*" if self.choosing else "^$"
        return [re.sub(cut, "", one) if isinstance(one, str) else one for one in found]
