"""What a check found: one line where all holds, one line for each thing that does not."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """The result of one kind of check.

    kind: its name.   held: a sentence with counts, true when there are no findings.
    findings: a sentence each, which begins with the file that it is about.
    """

    kind: str
    held: str
    findings: list[str] = field(default_factory=list)

    def lines(self):
        """What the command prints of it."""
        if not self.findings:
            return [f"{self.kind}: {self.held}"]
        return [f"{self.kind}: FAILS {finding}" for finding in self.findings]


def first_difference(old, new):
    """(line number from 1, the line of old, the line of new) where two texts first differ; None when they are equal."""
    if old == new:
        return None
    first, second = old.splitlines(), new.splitlines()
    for number in range(max(len(first), len(second))):
        pair = [lines[number] if number < len(lines) else "" for lines in (first, second)]
        if pair[0] != pair[1] or number >= min(len(first), len(second)):
            return number + 1, *pair
    return len(first), "another line end", "a line end"
