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

NAMES = tuple(padnet.HOMES)
ROOMS = ("core", "imaging", "haze", "tasks")  # the mathematics first, then what stands on it
INTRODUCTION = """
What every function and class takes, gives and raises, in the words of its docstring; the code is behind [source].
First the names that ``import padnet`` gives, then the modules behind them, room by room.
"""
BESIDE = """
A model of your own has to offer what {protocols} lists, and obeys the laws of :doc:`padnet.testing`.
:doc:`Equations </equations>` leads from the numbers of the paper to the lines of code that compute them, and
:doc:`the notebooks </index>` explain all of it section by section.
"""


def titles(rooms=ROOMS):
    """{room: what it is for}, in the words of the package's docstring."""
    told = dict(re.findall(r"^(\w+)  +(.+)$", padnet.__doc__, re.MULTILINE))
    return {room: told[room] for room in rooms}


def modules(room):
    """The names of a room's modules, sorted."""
    package = importlib.import_module(f"padnet.{room}")
    return sorted(f"padnet.{room}.{found.name}" for found in pkgutil.iter_modules(package.__path__))


def write(folder, names=NAMES, rooms=ROOMS):
    """Write the pages of the reference, reStructuredText, into `folder`, which the site calls reference/.

    names: of the front door. rooms: whose modules have pages; with fewer of both a test takes less time.
    """
    inside = {room: modules(room) for room in rooms}
    every = ["padnet.testing", *(name for room in rooms for name in inside[room])]
    pages = {"index": _index(rooms), "padnet": _door(names)}
    pages |= {name: _name(name, every) for name in names} | {name: _module(name, names) for name in every}
    pages |= {f"padnet.{room}": _room(room, what, inside[room]) for room, what in titles(rooms).items()}
    for name, text in pages.items():
        write_text(folder / f"{name}.rst", text)


def summary(obj):
    """The first line of an object's docstring, as reStructuredText."""
    return plain((inspect.getdoc(obj) or "").partition("\n")[0])


def _index(rooms):
    names = ["padnet", "padnet.testing", *(f"padnet.{room}" for room in rooms)]
    listed = [f"- :doc:`padnet.{room}`: {plain(what)}" for room, what in titles(rooms).items()]
    doors = "\n".join(["- :doc:`padnet`: the front door", *listed])
    protocols = ":doc:`padnet.core.protocols`" if "core" in rooms else "``padnet.core.protocols``"
    return _page("Reference", INTRODUCTION, doors, BESIDE.format(protocols=protocols), _menu(names))


def _door(names):
    told = "What ``from padnet import ...`` gives; each name is imported when it is asked for."
    return _page("padnet", told, _table({name: getattr(padnet, name) for name in names}), _menu(names))


def _name(name, every):
    home = padnet.HOMES[name]
    obj = getattr(padnet, name)
    kind = "function" if not inspect.isclass(obj) else "exception" if issubclass(obj, Exception) else "class"
    where = f":doc:`{home}`" if home in every else f"``{home}``"
    told = f".. code-block:: python\n\n   from padnet import {name}\n\nIt is defined in {where}."
    return _page(name, told, f".. auto{kind}:: {home}.{name}")


def _room(room, what, names):
    table = _table({name: importlib.import_module(name) for name in names})
    return _page(f"padnet.{room}", f"{plain(what[0].upper() + what[1:])}.", table, _menu(names))


def _module(name, names):
    there = [one for one in names if padnet.HOMES[one] == name]
    options = f"   :exclude-members: {', '.join(there)}\n" if there else ""
    led = f"With pages of their own: {', '.join(f':doc:`{one}`' for one in there)}." if there else ""
    return _page(name, f".. automodule:: {name}\n{options}", led)


def _page(title, *parts):
    return "\n\n".join([f"{title}\n{'=' * len(title)}", *(part.strip("\n") for part in parts if part), ""])


def _table(objects):
    rows = [f"   * - :doc:`{name}`\n     - {summary(obj)}" for name, obj in objects.items()]
    return "\n".join([".. list-table::", "   :widths: auto", "   :class: names", "", *rows]) if rows else ""


def _menu(names):
    return "\n".join([".. toctree::", "   :hidden:", "", *(f"   {name}" for name in names)])
