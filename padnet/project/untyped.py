"""Remove type annotations, which do not affect behaviour, from a syntax tree.

Removed are annotations of arguments, results and variables that are written as types, everything below `if
TYPE_CHECKING:`, and imports from typing and collections.abc of names that nothing else uses. Kept are annotations in
the body of a class, which define the fields of a dataclass, those that are values or calls, as in `def f(x: (0, 1))`,
and everything in a module that uses one of READERS, which inspect annotations at run time.
"""

import ast

READERS = {
    "__annotations__",
    "get_annotations",
    "get_type_hints",
    "getfullargspec",
    "signature",
    "singledispatch",
    "singledispatchmethod",
}
FOR_TYPES = ("__future__", "collections.abc", "typing")


def untyped(tree):
    """The ast.Module without the parts listed in the module's docstring; it may be changed in place."""
    nodes = list(ast.walk(tree))
    if READERS & {getattr(node, field, None) for node in nodes for field in ("id", "attr", "name")}:
        return tree
    if not any(_for_types(node) for node in nodes):
        return tree
    tree = _Untyped().visit(tree)
    used = {getattr(node, "id", getattr(node, "value", None)) for node in ast.walk(tree) if _may_name(node)}
    return _Unimported(used).visit(tree)


def _for_types(node):
    """Whether a node may be removed or reduced; most modules contain none."""
    annotated = getattr(node, "annotation", None) or getattr(node, "returns", None)
    checking = "TYPE_CHECKING" in (getattr(node, "id", None), getattr(node, "attr", None))
    return bool(annotated) or checking or (isinstance(node, ast.ImportFrom) and node.module in FOR_TYPES)


def is_type(node):
    """Whether an annotation is written as a type: a name, None, a string, `a.b`, `a[…]` or `a | b`, without a call."""
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr) and is_type(node.left) and is_type(node.right)
    if isinstance(node, ast.Subscript):
        called = any(isinstance(one, ast.Call | ast.NamedExpr) for one in ast.walk(node.slice))
        return is_type(node.value) and not called
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and is_type(node.value))


def _may_name(node):
    """The names in code, and strings, which may be those of `__all__`."""
    return isinstance(node, ast.Name) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


class _Untyped(ast.NodeTransformer):
    """Removes annotations and code that is only for type checkers."""

    def __init__(self):
        self.fields = False  # in the body of a class, where annotations are more than types

    def _visit_within(self, node, fields):
        before, self.fields = self.fields, fields
        self.generic_visit(node)
        self.fields = before
        return node

    def visit_ClassDef(self, node):
        return self._visit_within(node, True)

    def visit_FunctionDef(self, node):
        if is_type(node.returns):
            node.returns = None
        return self._visit_within(node, False)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_arg(self, node):
        if is_type(node.annotation):
            node.annotation = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node):
        self.generic_visit(node)
        # Without a value it may make a name local to its function.
        if self.fields or node.value is None or not is_type(node.annotation):
            return node
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def visit_If(self, node):
        self.generic_visit(node)
        checking = getattr(node.test, "attr", getattr(node.test, "id", None)) == "TYPE_CHECKING"
        return node.orelse if checking else node


class _Unimported(ast.NodeTransformer):
    """Removes imports for types whose name is not in `used`."""

    def __init__(self, used):
        self.used = used

    def visit_ImportFrom(self, node):
        if node.level or node.module not in FOR_TYPES:
            return node
        node.names = [alias for alias in node.names if self._counts(node.module, alias)]
        return node if node.names else None

    def _counts(self, module, alias):
        if module == "__future__":
            return alias.name != "annotations"
        return alias.name == "*" or (alias.asname or alias.name) in self.used
