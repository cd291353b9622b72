"""One thread: a second one is waited for at each of thousands of small operations."""

import pytest
import torch


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    """For the notebooks' own cells too, which ask for two."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with monkeypatch.context() as patched:
        patched.setattr(torch, "set_num_threads", lambda threads: None)
        yield
    torch.set_num_threads(threads)
