"""The exceptions that PADNet raises on purpose. Each message says what is wrong and how to fix it."""


class PadnetError(Exception):
    """Something outside the code is wrong: a file, the network, the disk or a parameter."""


class InputError(PadnetError, ValueError):
    """An argument has an invalid type, shape or value."""
