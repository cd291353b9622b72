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
            f"{_wrong(kills)} partial files, different bytes or runs that could not be resumed; DVC's empty lock list removed "
            f"{total(kills, 'empty_locks')} times, its unexpected error answered by the same command {total(kills, 'retried')} times",
        ),
        (
            f"runs on a full disk ({disk})",
            total(space, "refused"),
            f"{_wrong(space)} old results damaged; {total(space, 'without_a_sentence')} uncaught exceptions",
        ),
        (
            "flipped bits",
            total(flips, "flipped"),
            f"{found[0]} rejected with an error message and {found[1]} with an uncaught exception when read, "
            f"{found[2]} detected only through dvc.lock, {total(flips, 'missed')} missed",
        ),
        (
            "the same stage twice concurrently",
            total(races, "races"),
            f"{total(races, 'both_succeeded')} times both succeeded, {total(races, 'one_sentence')} runs ended with an error "
            f"message, {total(races, 'without_a_sentence')} with an uncaught exception; {_wrong(races)} wrong results",
        ),
        (
            "random arguments",
            total(inputs, "tried"),
            f"{total(inputs, 'right')} correct results, {total(inputs, 'refused')} rejected with an error message",
        ),
    ]
    lines = ["| test | count | result |", "| --- | ---: | --- |"]
    return "\n".join(lines + [f"| {what} | {times} | {result} |" for what, times, result in rows]) + "\n"


def _wrong(figures):
    return sum(len(one["wrong"]) for one in figures.values())
