"""A benchmark's pairs are made when they are taken, and only then."""

from dataclasses import replace

import numpy as np
import pytest

from padnet.data import sets
from padnet.data.protocols import PROTOCOLS


@pytest.fixture
def counted(sun, monkeypatch):
    """The 640 pairs of the stand-in for Sun's benchmark, and the list of the pictures read so far."""
    read, log = sets.read_luma, []
    monkeypatch.setattr(sets, "read_luma", lambda path: (log.append(path.name[:7]), read(path))[1])
    return PROTOCOLS["sun"].pairs(sun), log


def test_names_lengths_and_slices_read_nothing(counted):
    pairs, log = counted
    assert len(pairs) == 640 and len(pairs[100:200]) == 100 and len(pairs[3::8]) == 80 and len(pairs[5:5]) == 0
    assert pairs[3::8].names == pairs.names[3::8] and pairs[3::8][1:3].names == pairs.names[11:27:8]
    assert pairs.names[9] == ("img_002", "kernel2") and log == []


def test_a_pair_reads_its_own_picture_and_keeps_none(counted):
    pairs, log = counted
    first, again = pairs[17], pairs[17]
    assert log == ["img_003", "img_003"] and first is not again and np.array_equal(first.y, again.y)
    assert (first.image, first.kernel) == pairs.names[17]
    assert (pairs[-1].image, pairs[-1].kernel) == ("img_080", "kernel8")


def test_iteration_and_slices_give_the_pairs_of_the_whole(counted):
    pairs, log = counted
    part = pairs[7:30:11]
    taken = [(p.image, p.kernel) for p in part]
    assert taken == [("img_001", "kernel8"), ("img_003", "kernel3"), ("img_004", "kernel6")]
    assert log == ["img_001", "img_003", "img_004"]
    assert np.array_equal(part[1].y, pairs[18].y)
    with pytest.raises(IndexError):
        pairs[640]


def test_a_selection_changes_which_pairs_there_are(sun):
    lengths = [len(replace(PROTOCOLS["sun"], selection=name).pairs(sun)) for name in ("all", "80", "20")]
    assert lengths == [640, 80, 20]
