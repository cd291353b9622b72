"""The result of a check: one line on success, else one line per finding."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """The result of one kind of check.

    kind: its name.   held: a sentence with counts, valid if there are no findings.
    findings: one sentence each, starting with the file concerned.
    """

    kind: str
    held: str
    findings: list[str] = field(default_factory=list)

    def lines(self):
        """The lines that the command prints."""
        if not self.findings:
            return [f"{self.kind}: {self.held}"]
        return [f"{self.kind}: FAILS {finding}" for finding in self.findings]


def first_difference(old, new):
    """(line number from 1, the line of old, the line of new) of the first difference of two texts; None if they are
    equal.
    """
    if old == new:
        return None
    first, second = old.splitlines(), new.splitlines()
    for number in range(max(len(first), len(second))):
        pair = [lines[number] if number < len(lines) else "" for lines in (first, second)]
        if pair[0] != pair[1] or number >= min(len(first), len(second)):
            return number + 1, *pair
    return len(first), "another line end", "a line end"
