"""Distributed training under torchrun: work is divided among processes and results are collected in a fixed order.

    torchrun --nproc-per-node 2 -m padnet.experiments.train_image --profile paper --model ipadnet

Work items are assigned by index and results are combined in index order. The output is therefore bitwise identical for
any number of processes, provided that each uses the same number of threads: ``deterministic`` sets this number and
overrides the OMP_NUM_THREADS chosen by torchrun. Only the first process writes files. All processes need access to the
same project folder.
"""

import atexit
import os

import torch
import torch.distributed as dist
from tqdm import tqdm

from padnet.core.gradient_accumulation import SingleProcess
from padnet.errors import PadnetError


class Ranks(SingleProcess):
    """The rank of this process: number ``rank`` of ``size``. Created by ``join``."""

    def __init__(self, rank: int, size: int):
        self.rank, self.size = rank, size

    @property
    def first(self) -> bool:
        """Whether this process writes files and prints output."""
        return self.rank == 0

    def share(self, items):
        """Every ``size``-th item, starting at index ``rank``."""
        return list(items)[self.rank :: self.size]

    def gather(self, rows: list) -> list:
        """The results of all processes, in the order of the items, on the first process; [] on the others.

        rows: one entry per item of this process's share, in order.
        """
        if self.size == 1:
            return list(rows)
        shares = [None] * self.size if self.first else None
        dist.gather_object(rows, shares)
        if not self.first:
            return []
        return [shares[i % self.size][i // self.size] for i in range(sum(map(len, shares)))]

    def each(self, work, items, desc: str, unit: str) -> list:
        """Apply ``work`` to every item, with a progress bar; results in item order on the first process, else [].

        items: a sequence, accessed one item at a time.
        """
        own = self.share(range(len(items)))
        with tqdm(own, desc=desc, unit=unit, mininterval=5, disable=not self.first) as bar:
            return self.gather([work(items[i]) for i in bar])

    def average(self, vectors, count, like):
        """See SingleProcess. Sums are in item order, hence bitwise independent of the number of processes."""
        if self.size == 1:
            return super().average(vectors, count, like)
        # Every process sends as many vectors as the first one, which has the largest share.
        most = -(-count // self.size)
        own = torch.stack([*vectors, *[torch.zeros_like(like)] * (most - len(vectors))])
        shares = [torch.empty_like(own) for _ in range(self.size)]
        dist.all_gather(shares, own)
        return super().average([shares[i % self.size][i // self.size] for i in range(count)], count, like)

    def agree(self, value):
        """The value of the first process, on all processes (broadcast)."""
        if self.size == 1:
            return value
        said = [value]
        dist.broadcast_object_list(said)
        return said[0]

    def meet(self) -> None:
        """Barrier: wait for all processes. Files written by the first process before it are then visible to all."""
        self.agree(None)

    def check_same(self, value, what: str) -> None:
        """Raise PadnetError unless ``value`` is the same on all processes."""
        if self.size == 1:
            return
        found = [None] * self.size
        dist.all_gather_object(found, value)
        if any(other != found[0] for other in found):
            raise PadnetError(f"the processes do not start from the same {what}: run them on one shared project folder")


def check_gpus(device: str) -> None:
    """Raise PadnetError if training uses GPUs and there are more processes on this machine than GPUs."""
    local, gpus = int(os.environ.get("LOCAL_WORLD_SIZE", 1)), torch.cuda.device_count()
    if device == "cuda" and local > max(gpus, 1):
        raise PadnetError(
            f"{local} processes need as many GPUs, this machine has {gpus}: lower --nproc-per-node to {gpus}"
        )


def join() -> Ranks:
    """The rank of this process as set by torchrun, or a single one; gloo handles CPU tensors, nccl GPU tensors.

    Raises:
        PadnetError: if the other processes cannot be reached.
    """
    size = int(os.environ.get("WORLD_SIZE", 1))
    if size == 1:
        return Ranks(0, 1)
    if not dist.is_initialized():
        gpus = torch.cuda.device_count()
        if gpus:
            torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", 0)) % gpus)
        try:
            dist.init_process_group("cpu:gloo,cuda:nccl" if gpus else "gloo")
        except (ValueError, RuntimeError) as error:
            raise PadnetError(f"cannot reach the other {size - 1} processes: start them all with torchrun") from error
        atexit.register(dist.destroy_process_group)
    return Ranks(dist.get_rank(), dist.get_world_size())
