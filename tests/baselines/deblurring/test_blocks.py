"""Block matching: the groups of a brute-force search, in pictures of any size."""

import pytest
import torch
from facades import facade, noisy
from toys import normal

from padnet.baselines.deblurring import blocks
from padnet.baselines.deblurring.blocks import Grouping, match
from padnet.errors import InputError

SMALL = Grouping(size=4, step=3, members=8, reach=5)


def block(x, p, size):
    w = x.shape[-1]
    i, j = divmod(int(p), w)
    return x[0, 0].roll((-i, -j), (0, 1))[:size, :size]


def distances(x, g, group):
    reference = block(x, group[0], g.size)
    return torch.tensor([(block(x, p, g.size) - reference).square().sum() for p in group])


@pytest.mark.parametrize("shape", [(20, 23), (21, 18)])
def test_the_groups_are_those_of_a_full_search(shape):
    x, g = normal(1, 1, *shape), SMALL
    h, w = shape
    groups = match(x, g)
    references = [i * w + j for i in range(0, h, g.step) for j in range(0, w, g.step)]
    assert groups[0].tolist() == references
    window = range(-g.reach, g.reach + 1)
    for column in (0, len(references) // 2, len(references) - 1):
        i, j = divmod(references[column], w)
        rivals = torch.tensor([(i + a) % h * w + (j + b) % w for a in window for b in window if (a, b) != (0, 0)])
        best = distances(x, g, torch.tensor([references[column], *rivals]))[1:].sort().values[: g.members - 1]
        torch.testing.assert_close(distances(x, g, groups[:, column])[1:], best)


def test_a_flat_picture_names_no_block_twice():
    groups = match(torch.zeros(1, 1, 24, 24), SMALL)
    assert all(len(set(column.tolist())) == SMALL.members for column in groups.T)


def test_strips_do_not_change_the_groups(monkeypatch):
    x = noisy(facade(40), 0.05)
    whole = match(x, SMALL)
    monkeypatch.setattr(blocks, "STRIP", 1)
    assert torch.equal(match(x, SMALL), whole)


@pytest.mark.parametrize("change", [{"size": 5}, {"step": 2}, {"members": 4}, {"reach": 4}])
def test_every_size_changes_the_groups(change):
    x = normal(1, 1, 24, 24)
    other = match(x, Grouping(**{"size": 4, "step": 3, "members": 8, "reach": 5, **change}))
    plain = match(x, SMALL)
    assert other.shape != plain.shape or not torch.equal(other, plain)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"size": 0}, "size of the blocks must be a whole number"),
        ({"step": 1.5}, "step of the blocks must be a whole number"),
        ({"step": 9}, "leave gaps"),
        ({"members": 12}, "power of two"),
        ({"reach": 1}, "take a larger reach"),
    ],
)
def test_bad_sizes(change, sentence):
    with pytest.raises(InputError, match=sentence):
        Grouping(**change)


def test_bad_pictures():
    with pytest.raises(InputError, match="one grey picture at a time"):
        match(torch.zeros(2, 1, 40, 40), SMALL)
    with pytest.raises(InputError, match="take a smaller reach or a larger picture"):
        match(torch.zeros(1, 1, 40, 10), SMALL)
    with pytest.raises(InputError, match="NaN"):
        match(torch.full((1, 1, 40, 40), float("nan")), SMALL)
