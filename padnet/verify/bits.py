"""Whether this processor gives the committed bits: where it does, a notebook run again must give the same bytes."""

from padnet.errors import PadnetError
from padnet.verify import selftest
from padnet.verify.outcome import Outcome


def check(root):
    """(the Outcome of the self-test, whether it said yes). Another processor is no finding, a failed self-test is."""
    try:
        answer = selftest.answer(root)
    except PadnetError as error:
        return Outcome("bits", "", [f"{selftest.REFERENCE}: {error}"]), False
    return Outcome("bits", answer.sentence()), answer.same
