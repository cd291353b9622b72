"""Repeatable PyTorch: the switches are set, and the thread count is the one asked for."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from padnet.errors import InputError, PadnetError
from padnet.project import switches
from padnet.project.determinism import deterministic


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


class Called(TorchDispatchMode):
    """The names of the operations that run."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.names.add(function.overloadpacket.__name__)
        return function(*args, **(kwargs or {}))


def test_it_calls_the_functions_of_vectors_once_before_two_threads_do():
    with Called() as called:
        deterministic(1)
    assert {"exp", "log", "sin", "cos", "tanh", "erf"} <= called.names


def test_a_process_without_the_switches_is_refused(monkeypatch):
    monkeypatch.setattr(switches, "at_start", dict)
    with pytest.raises(PadnetError, match="PYTHONHASHSEED is unset since this process began"):
        deterministic(1)


def test_the_widest_vectors_are_for_trainings_alone(monkeypatch):
    monkeypatch.setenv(switches.CHOICE, "widest")
    monkeypatch.setattr(switches, "at_start", lambda: switches.pinned({switches.CHOICE: "widest"}))
    with pytest.raises(PadnetError, match="PADNET_VECTORS=widest is for trainings of the profile paper: unset it"):
        deterministic(1)
    deterministic(1, widest=True)


def test_memory_is_not_filled_before_it_is_written():
    deterministic(1)
    assert not torch.utils.deterministic.fill_uninitialized_memory
