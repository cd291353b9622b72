"""The processes of one torchrun: who does what, and how it comes back in order.

    torchrun --nproc-per-node 2 -m padnet.experiments.train_image --profile paper --model ipadnet

Work is dealt out by its number alone and put together in its order, so that any number of processes
writes the bytes of one, provided that each computes with the same number of threads: ``deterministic``
sets it, whatever OMP_NUM_THREADS torchrun chose. Only the first process writes files; all must see the
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
    """This process among all: number ``rank`` of ``size``. Made by ``join``."""

    def __init__(self, rank: int, size: int):
        self.rank, self.size = rank, size

    @property
    def first(self) -> bool:
        """Whether this process is the one that writes and speaks."""
        return self.rank == 0

    def share(self, items):
        """Every ``size``-th item, from number ``rank`` on."""
        return list(items)[self.rank :: self.size]

    def gather(self, rows: list) -> list:
        """What all made of their shares, on the first process in the order of the items; [] on the others.

        rows: one entry for each item of this process's share, in order.
        """
        if self.size == 1:
            return list(rows)
        shares = [None] * self.size if self.first else None
        dist.gather_object(rows, shares)
        if not self.first:
            return []
        return [shares[i % self.size][i // self.size] for i in range(sum(map(len, shares)))]

    def each(self, work, items, desc: str, unit: str) -> list:
        """``work`` of every item, on the first process in the order of the items and with a bar; [] on the others.

        items: a sequence, of which one at a time is asked for.
        """
        own = self.share(range(len(items)))
        with tqdm(own, desc=desc, unit=unit, mininterval=5, disable=not self.first) as bar:
            return self.gather([work(items[i]) for i in bar])

    def average(self, vectors, count, like):
        """See SingleProcess: sums come in the order of the items, so their bits do not depend on the size."""
        if self.size == 1:
            return super().average(vectors, count, like)
        # Every process sends as many vectors as the first, whose share is the largest.
        most = -(-count // self.size)
        own = torch.stack([*vectors, *[torch.zeros_like(like)] * (most - len(vectors))])
        shares = [torch.empty_like(own) for _ in range(self.size)]
        dist.all_gather(shares, own)
        return super().average([shares[i % self.size][i // self.size] for i in range(count)], count, like)

    def agree(self, value):
        """What the first process says, on all of them."""
        if self.size == 1:
            return value
        said = [value]
        dist.broadcast_object_list(said)
        return said[0]

    def meet(self) -> None:
        """Go on when all are here: what the first process wrote before is then on the disk for everyone."""
        self.agree(None)

    def check_same(self, value, what: str) -> None:
        """PadnetError unless all processes have the same ``value``."""
        if self.size == 1:
            return
        found = [None] * self.size
        dist.all_gather_object(found, value)
        if any(other != found[0] for other in found):
            raise PadnetError(f"the processes do not start from the same {what}: run them on one shared project folder")


def check_gpus(device: str) -> None:
    """PadnetError when the processes on this machine are more than its GPUs, and are to train on them."""
    local, gpus = int(os.environ.get("LOCAL_WORLD_SIZE", 1)), torch.cuda.device_count()
    if device == "cuda" and local > max(gpus, 1):
        raise PadnetError(
            f"{local} processes need as many GPUs, this machine has {gpus}: lower --nproc-per-node to {gpus}"
        )


def join() -> Ranks:
    """This process's place as torchrun tells it, or the only one; gloo carries CPU tensors, nccl those of GPUs.

    Raises:
        PadnetError: when the other processes cannot be reached.
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
