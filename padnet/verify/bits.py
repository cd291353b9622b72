"""Check whether this processor reproduces the committed bits; if so, a notebook must reproduce the same bytes."""

from padnet.errors import PadnetError
from padnet.verify import selftest
from padnet.verify.outcome import Outcome


def check(root):
    """(the Outcome of the self-test, whether it passed). A different processor is not a finding, a failed self-test
    is.
    """
    try:
        answer = selftest.answer(root)
    except PadnetError as error:
        return Outcome("bits", "", [f"{selftest.REFERENCE}: {error}"]), False
    return Outcome("bits", answer.sentence()), answer.same
