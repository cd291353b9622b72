"""A step in parts: the mean derivative, batch statistics from one start, and nothing changed for one part."""

import pytest
import torch
from torch import nn
from toys import normal

from padnet.core.gradient_accumulation import SingleProcess, step_in_parts


def model():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 1, 3))


def taken(parts, data=None):
    """A model after a step's derivatives, its figures, and what every part would have given by itself."""
    net, x = model(), normal(4, 1, 8, 8).float() if data is None else data

    def loss_of(part):
        loss = net(x.chunk(parts)[part]).square().mean()
        return loss, [loss.item(), float(part)]

    figures = step_in_parts(list(net.parameters()), list(net.buffers()), parts, SingleProcess(), loss_of)
    return net, figures


def single(x):
    """Derivatives and statistics of one batch as PyTorch itself leaves them."""
    net = model()
    loss = net(x).square().mean()
    loss.backward()
    return net, loss.item()


def test_one_part_is_a_plain_step_to_the_bit():
    x = normal(4, 1, 8, 8).float()
    (net, figures), (plain, loss) = taken(1), single(x)
    for a, b in zip(net.parameters(), plain.parameters(), strict=True):
        assert torch.equal(a.grad, b.grad) and a.grad.dtype == torch.float32
    for a, b in zip(net.buffers(), plain.buffers(), strict=True):
        assert torch.equal(a, b) and a.dtype == b.dtype
    assert figures == [loss, 0.0]


@pytest.mark.parametrize("parts", [2, 4])
def test_parts_give_the_mean_of_what_each_gives_from_the_same_start(parts):
    net, figures = taken(parts)
    alone = [single(x) for x in normal(4, 1, 8, 8).float().chunk(parts)]
    for i, weight in enumerate(net.parameters()):
        expected = torch.stack([list(one.parameters())[i].grad.double() for one, _ in alone]).mean(dim=0)
        torch.testing.assert_close(weight.grad.double(), expected, rtol=1e-6, atol=1e-8)
    for i, buffer in enumerate(net.buffers()):
        expected = torch.stack([list(one.buffers())[i].double() for one, _ in alone]).mean(dim=0)
        torch.testing.assert_close(buffer.double(), expected, rtol=1e-6, atol=1e-8)
    assert net[1].num_batches_tracked == 1  # one step, however many parts
    assert figures[0] == pytest.approx(sum(loss for _, loss in alone) / parts)
    assert figures[1] == (parts - 1) / 2


def test_the_number_of_parts_changes_the_step():
    """Batch statistics are those of a part."""
    grads = [next(iter(taken(parts)[0].parameters())).grad for parts in (1, 2)]
    assert not torch.allclose(*grads)
