"""Modules that a command chooses by its options, imported when they are asked for."""

from importlib import import_module


def chosen(name):
    """The module `name` ("padnet.…"), which the options of the command ask for.

    No list in reference/modules follows this import: padnet.project.commands.CHOICES tells which commands make it, so
    that a stage depends on its own method or experiment and on no other.
    """
    return import_module(name)
