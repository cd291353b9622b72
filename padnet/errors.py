"""The errors that PADNet raises on purpose: one sentence each, with the way out."""


class PadnetError(Exception):
    """Something outside the code is wrong: a file, the network, the disk, a parameter."""


class InputError(PadnetError, ValueError):
    """An argument is not what the function takes."""
