"""Import modules that a command selects by its options."""

from importlib import import_module


def chosen(name):
    """The module `name` ("padnet.…"), selected by the options of the command.

    The lists in reference/modules do not follow this import. padnet.project.commands.CHOICES declares which commands
    make it, so that a stage only depends on its own method or experiment.
    """
    return import_module(name)
