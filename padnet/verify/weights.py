"""Check weights against the SHA-256 in their card, and against their internal digest."""

from pathlib import Path

from padnet.errors import PadnetError
from padnet.tasks.weights import checksummed_tensors
from padnet.verify.hashes import COPIES
from padnet.verify.outcome import Outcome


def check(root, profile="paper"):
    """Load every safetensors file of a profile and of the package in the same way as a run."""
    root, findings, count, numbers = Path(root), [], 0, 0
    for folder in (f"weights/{profile}", *COPIES):
        for path in sorted((root / folder).glob("*.safetensors")):
            count += 1
            try:
                tensors, _ = checksummed_tensors(path)
                numbers += sum(tensor.numel() for tensor in tensors.values())
            except PadnetError as error:
                said = str(error).replace(f"{path} ", "it ").replace(f"{root}/", "")
                findings.append(f"{path.relative_to(root)}: {said}")
    return Outcome("weights", f"{count} files ({numbers:,} numbers) are those that their cards describe", findings)
