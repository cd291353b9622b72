"""Repeatable PyTorch: the switches are set, and the thread count is the one asked for."""

import pytest
import torch

from padnet.errors import InputError
from padnet.pipeline.determinism import deterministic


@pytest.fixture(autouse=True)
def _restore():
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.mark.parametrize("threads", [1, 2])
def test_it_sets_threads_and_algorithms(threads):
    deterministic(threads)
    assert torch.get_num_threads() == threads
    assert torch.are_deterministic_algorithms_enabled()
    assert not torch.backends.cudnn.benchmark and not torch.backends.cuda.matmul.allow_tf32


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_bad_thread_count(threads):
    with pytest.raises(InputError, match="whole number of at least 1"):
        deterministic(threads)
