"""The figures of a full run as the table in docs/faults.md."""

NO_DISK = "none: this machine lets a test mount no disk"
PAGE = "docs/faults.md"


def total(figures, key):
    """The sum of one figure over the stages, kinds of file or functions of a part."""
    return sum(one.get(key, 0) for one in figures.values())


def table(figures):
    """Markdown, a row for each part."""
    kills, space, flips, races, inputs = (figures[part] for part in ("kills", "space", "flips", "races", "inputs"))
    found = total(flips, "refused_when_read"), total(flips, "without_a_sentence"), total(flips, "found_by_dvc_lock")
    disk = " and ".join(sorted({one["disk"] for one in space.values()}))
    rows = [
        (
            "kills (SIGKILL) at random moments",
            total(kills, "kills"),
            f"{_wrong(kills)} half-written files, other bytes or runs that could not go on",
        ),
        (
            f"runs on a full disk ({disk})",
            total(space, "refused"),
            f"{_wrong(space)} old results spoilt; {total(space, 'without_a_sentence')} ended in a traceback",
        ),
        (
            "flipped bits",
            total(flips, "flipped"),
            f"{found[0]} refused by one sentence and {found[1]} by a traceback when read, {found[2]} told by dvc.lock alone, "
            f"{total(flips, 'missed')} missed",
        ),
        (
            "the same stage twice at once",
            total(races, "races"),
            f"{total(races, 'both_succeeded')} times both ended well, {total(races, 'one_sentence')} runs ended with one "
            f"sentence, {total(races, 'without_a_sentence')} with a traceback; {_wrong(races)} wrong results",
        ),
        (
            "random arguments",
            total(inputs, "tried"),
            f"{total(inputs, 'right')} right results, {total(inputs, 'refused')} refused by one sentence",
        ),
    ]
    lines = ["| what was done | times | what came of it |", "| --- | ---: | --- |"]
    return "\n".join(lines + [f"| {what} | {times} | {result} |" for what, times, result in rows]) + "\n"


def _wrong(figures):
    return sum(len(one["wrong"]) for one in figures.values())
