"""What the package never does: unpickle, unpack an archive, or open a connection from a notebook."""

import ast
import json
from functools import cache

import nbformat
import pytest

from padnet.notebook import run as notebook
from padnet.project import deps
from padnet.project.import_graph import notebook_code

PICKLES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "yaml"}
# None is unpacked, so none can lead out of its folder or grow beyond bounds.
ARCHIVES = {"zipfile", "tarfile", "zipimport", "lzma", "bz2", "gzip", "unpack_archive", "extractall"}
NETWORK = {
    "socket",
    "http",
    "urllib.request",
    "urllib3",
    "requests",
    "pooch",
    "ftplib",
    "aiohttp",
    "httpx",
    "websocket",
    "ssl",
}


def names(tree):
    """Every module and name that the code imports, and every attribute that it reads, with their packages."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield f".{node.attr}"


def uses(code, forbidden):
    """Those of `forbidden` that the code imports or calls."""
    found = {name for name in names(ast.parse(code))}
    return {
        bad
        for bad in forbidden
        for name in found
        if name == bad
        or name.startswith(f"{bad}.")
        or (name.endswith(f".{bad}") and bad in ("unpack_archive", "extractall"))
    }


def unsafe_loads(code):
    """The calls of torch.load without weights_only=True, of torch.save, and of numpy.load with pickles allowed."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            given = {word.arg: getattr(word.value, "value", "?") for word in node.keywords}
            call = ast.unparse(node.func)
            if (call == "torch.load" and given.get("weights_only") is not True) or call == "torch.save":
                found.append(ast.unparse(node))
            if call in ("np.load", "numpy.load") and given.get("allow_pickle", False) is not False:
                found.append(ast.unparse(node))
    return found


@cache
def sources(root):
    books = {path: notebook_code(path) for path in sorted((root / "notebooks").glob("*.ipynb"))}
    files = {path: path.read_text(encoding="utf-8") for path in sorted((root / "padnet").rglob("*.py"))}
    assert len(books) == 10 and len(files) > 150
    return {str(path.relative_to(root)): code for path, code in (books | files).items()}


def test_nothing_is_unpickled_or_unpacked(root):
    found = {name: uses(code, PICKLES | ARCHIVES) or unsafe_loads(code) for name, code in sources(root).items()}
    assert not {name: what for name, what in found.items() if what}


def test_no_notebook_nor_what_it_imports_has_to_do_with_a_network(root, modules):
    code = sources(root)
    commands = [command for name, command in deps.commands(root).items() if name.startswith("notebook-")]
    files = {file for command in commands for file in deps.stage_modules(command, root, modules)}
    books = {name for name in code if name.endswith(".ipynb")}
    assert len(commands) == len(books) and len(files) > 50
    assert not {name: uses(code[name], NETWORK) for name in files | books if uses(code[name], NETWORK)}


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from pickle import loads",
        "import joblib as j",
        "import os, tarfile",
        "from shutil import unpack_archive",
        "import shutil\nshutil.unpack_archive('a.zip')",
        "file.extractall()",
    ],
)
def test_what_is_forbidden_is_noticed(code):
    assert uses(code, PICKLES | ARCHIVES)


def test_what_is_forbidden_of_loading_and_networks_is_noticed():
    assert unsafe_loads("torch.load(path)") and unsafe_loads("torch.load(path, weights_only=False)")
    assert not unsafe_loads("torch.load(path, weights_only=True)") and unsafe_loads("torch.save(x, path)")
    assert unsafe_loads("np.load(path, allow_pickle=True)") and unsafe_loads("np.load(path, allow_pickle=told)")
    assert not unsafe_loads("np.load(path, allow_pickle=False); np.load(path)")
    assert uses("from urllib.request import urlopen", NETWORK) and uses("import requests", NETWORK)
    assert not uses("from urllib.parse import quote", NETWORK)


GUARD = """import sys
asked = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        place = arguments[1] if event != "socket.getaddrinfo" else arguments[0]
        if isinstance(place, tuple):
            place = place[0]
        if str(place) not in ("127.0.0.1", "localhost", "::1") and not str(place).startswith("/"):
            asked.append((event, str(place)))
sys.addaudithook(watch)"""
WORK = """import numpy as np
import padnet
rng = np.random.default_rng(0)
found = padnet.deconvolve(rng.random((24, 24)), np.ones((3, 3)), method="epadnet")
clear = padnet.dehaze(rng.random((24, 24, 3)))
print(found.image.shape, clear.image.shape)"""
CALL = """import socket
try:
    socket.create_connection(("192.0.2.1", 80), timeout=0.01)
except OSError:
    pass"""


def test_a_notebook_opens_no_connection_while_it_runs(toy):
    """Its last cells do ask for one, so that the watch is seen to work."""
    (toy / "params.yaml").write_text("seed: 1\nquick: {}\npaper: {}\n")
    cells = ['profile = "quick"', GUARD, WORK, "print(asked)", CALL, "print(asked)"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    book.cells[0].metadata["tags"] = ["parameters"]
    book.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    (toy / "notebooks/toy.ipynb").write_text(nbformat.writes(book))
    made = json.loads(notebook.run("quick", "toy").read_text())["cells"]
    said = ["".join(output["text"]) for cell in made for output in cell.get("outputs", [])]
    asked = [("socket.getaddrinfo", "192.0.2.1"), ("socket.connect", "192.0.2.1")]
    assert said == ["(24, 24) (24, 24, 3)\n", "[]\n", f"{asked}\n"]
