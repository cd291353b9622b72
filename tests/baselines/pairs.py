"""Simulated pairs for the learned methods."""

import numpy as np

from padnet.data.deblurring_pairs import DataSpec, training_fields

SPEC = DataSpec(pairs=6, held=3, held_pictures=2, size=40, noise=0.005, noise_most=0.02, margin=8, crop=6, sizes=(9,))


def pictures(count=6):
    """Pictures of flat blocks."""
    blocks = [np.random.default_rng([8, i]).random((7, 8)) for i in range(count)]
    return [(f"p{i}", np.kron(b, np.ones((7, 7)))) for i, b in enumerate(blocks)]


def pairs():
    """(training, held-out) Fields."""
    return training_fields(pictures(), SPEC, 3)
