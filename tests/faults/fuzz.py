"""Random arguments for the public functions: each gets a right result or one clear sentence, nothing else."""

import warnings

from contracts import CONTRACTS
from hypothesis import HealthCheck, Phase, given, settings

from padnet.errors import PadnetError


class Fault(AssertionError):
    """Neither a right result nor one clear sentence."""


def outcome(case):
    """ "right" or "refused".

    Raises Fault for anything else: another exception, a wrong result, several lines.
    """
    try:
        result = case.call()
    except PadnetError as error:
        if not str(error).strip() or "\n" in str(error):
            raise Fault(f"{case.words}: not one sentence: {error}") from error
        return "refused"
    except Exception as error:
        raise Fault(f"{case.words}: {type(error).__name__}: {error}") from error
    try:
        case.right(result)
    except AssertionError as error:
        raise Fault(f"{case.words}: a wrong result, {error}") from error
    return "right"


def hunt(name, tries):
    """Try `tries` inputs of a contract, the same on every run: {"tried", "right", "refused"}.

    Raises Fault for the smallest input that it finds to fail.
    """
    figures = {"tried": 0, "right": 0, "refused": 0}

    @settings(
        max_examples=tries,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(CONTRACTS[name]())
    def one(case):
        figures["tried"] += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figures[outcome(case)] += 1

    one()
    return figures
