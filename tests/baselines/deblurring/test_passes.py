"""The passes: how often, with what in the padding."""

import itertools

import pytest
import torch
from simulated import case

from padnet.baselines.deblurring.passes import refreshed
from padnet.core.operators import Blur
from padnet.errors import InputError


def test_a_further_pass_sees_the_blur_of_the_image_where_nothing_was_observed():
    c, given = case(), []

    def restore(y):
        given.append(y)
        return 2 * y

    x = refreshed(restore, c.y, c.k, c.seen, 3)
    assert len(given) == 3 and torch.equal(given[0], c.y)
    for before, after in itertools.pairwise(given):
        assert torch.equal(after, torch.where(c.seen, c.y, Blur(c.k, c.y.shape[-2:])(2 * before)))
    assert torch.equal(x, 2 * given[-1])


def test_where_all_was_seen_one_pass_is_all_there_is():
    c, given = case(), []
    refreshed(lambda y: given.append(y) or y, c.y, c.k, None, 5)
    assert len(given) == 1


@pytest.mark.parametrize("passes", [0, -1])
def test_no_pass_at_all_is_refused(passes):
    c = case()
    with pytest.raises(InputError, match=f"at least 1, got {passes}"):
        refreshed(lambda y: y, c.y, c.k, c.seen, passes)
