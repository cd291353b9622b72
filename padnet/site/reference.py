"""The reference of the library: a page for every name of the front door and for every module of the rooms below it.

Each object stands on one page, so that there is one place to link to: what HOMES names has its own, and its module's
page leads there.
"""

import importlib
import inspect
import pkgutil
import re

import padnet
from padnet.project.atomic_files import write_text
from padnet.site.docstrings import plain

ROOMS = ("core", "imaging", "haze", "tasks")  # the mathematics first, then what stands on it
INTRODUCTION = """
Made of the docstrings, with the code behind every [source]. It begins with the names that ``import padnet`` gives;
the modules that they come from stand below it in their rooms.

- :doc:`padnet.core.protocols` tells what a fidelity, a prior and a network of your own must offer, and
  :doc:`padnet.testing` has the laws that they obey.
- :doc:`Equations </equations>` leads from the numbers of the paper to the lines of code that compute them.
- :doc:`The notebooks </index>` explain all of it section by section.
"""


def titles(rooms=ROOMS):
    """{room: what it is for}, in the words of the package's docstring."""
    told = dict(re.findall(r"^(\w+)  +(.+)$", padnet.__doc__, re.MULTILINE))
    return {room: told[room] for room in rooms}


def modules(room):
    """The names of a room's modules, sorted."""
    package = importlib.import_module(f"padnet.{room}")
    return sorted(f"padnet.{room}.{found.name}" for found in pkgutil.iter_modules(package.__path__))


def write(folder, rooms=ROOMS):
    """Write the pages of the reference, reStructuredText, into `folder`, which the site calls reference/."""
    pages = {"index": _index(rooms), "padnet": _door(), "padnet.testing": _module("padnet.testing")}
    pages |= {name: _name(name) for name in padnet.HOMES}
    for room, what in titles(rooms).items():
        names = modules(room)
        pages |= {f"padnet.{room}": _room(room, what, names)} | {name: _module(name) for name in names}
    for name, text in pages.items():
        write_text(folder / f"{name}.rst", text)


def summary(obj):
    """The first sentence or line of an object's docstring, plain text as reStructuredText."""
    return plain(" ".join((inspect.getdoc(obj) or "").split("\n\n")[0].split("\n")[:1]))


def homes(module):
    """The names of the front door that are defined in a module, in the order of HOMES."""
    return [name for name, home in padnet.HOMES.items() if home == module]


def _index(rooms):
    names = ["padnet", "padnet.testing", *(f"padnet.{room}" for room in rooms)]
    listed = [f"- :doc:`padnet.{room}`: {plain(what)}" for room, what in titles(rooms).items()]
    return _page("Reference", INTRODUCTION, "\n".join(["- :doc:`padnet`: the front door", *listed]), _menu(names))


def _door():
    rows = [f"   * - :doc:`{name}`\n     - {summary(getattr(padnet, name))}" for name in padnet.HOMES]
    table = "\n".join([".. list-table::", "   :widths: auto", "   :class: names", "", *rows])
    told = "What ``from padnet import ...`` gives; each name is imported when it is asked for."
    return _page("padnet", told, table, _menu(padnet.HOMES))


def _name(name):
    home = padnet.HOMES[name]
    obj = getattr(padnet, name)
    kind = "function" if not inspect.isclass(obj) else "exception" if issubclass(obj, Exception) else "class"
    where = f":doc:`{home}`" if home.split(".")[1] in ROOMS else f"``{home}``"
    told = f".. code-block:: python\n\n   from padnet import {name}\n\nIt is defined in {where}."
    return _page(name, told, f".. auto{kind}:: {home}.{name}")


def _room(room, what, names):
    rows = [f"   * - :doc:`{name}`\n     - {summary(importlib.import_module(name))}" for name in names]
    table = "\n".join([".. list-table::", "   :widths: auto", "   :class: names", "", *rows])
    return _page(f"padnet.{room}", f"{plain(what[0].upper() + what[1:])}.", table, _menu(names))


def _module(name):
    there = homes(name)
    options = f"   :exclude-members: {', '.join(there)}\n" if there else ""
    led = f"With pages of their own: {', '.join(f':doc:`{one}`' for one in there)}." if there else ""
    return _page(name, f".. automodule:: {name}\n{options}", led)


def _page(title, *parts):
    return "\n\n".join([f"{title}\n{'=' * len(title)}", *(part.strip("\n") for part in parts if part), ""])


def _menu(names):
    return "\n".join([".. toctree::", "   :hidden:", "", *(f"   {name}" for name in names)])
