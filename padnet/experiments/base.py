"""What every experiment has in common: where a training begins, and seeds made of several numbers."""

from dataclasses import dataclass

from padnet.core.networks import Network


@dataclass(frozen=True)
class Initialisation:
    """Where a training begins.

    name: "scratch", or the model whose weights it needs. origin: their SHA-256, or "". networks:
    those to train further.
    """

    name: str = "scratch"
    origin: str = ""
    networks: list[Network] | None = None


def hash_seed(*parts: int) -> int:
    """One seed from several small numbers."""
    seed = 0
    for part in parts:
        seed = (seed * 1000003 + part + 1) % 2**31
    return seed
