"""Several processes write the bytes of one: by themselves, and under torchrun."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import ranked
import torch
import torch.distributed as dist
from tiny import image_parameters, parameters, write_parameters, write_pictures, write_test_set, write_weights

from padnet.core.gradient_accumulation import SingleProcess
from padnet.errors import PadnetError
from padnet.experiments.distributed import Ranks, check_gpus, join
from padnet.experiments.gradient import PRIORS
from padnet.project.determinism import deterministic


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    """As ranked.py has it in the processes that it is run in."""
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(ranked.pretrained, "SHIPPED", ranked.pretrained.SHIPPED)  # put back afterwards
    for used in (ranked.benchmark, ranked.benchmark_image, ranked.trainer):
        monkeypatch.setattr(used, "deterministic", lambda **options: deterministic(1, **options))
    yield
    ranked.pretrained.load.cache_clear()
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.fixture
def project(toy, root):
    """Every experiment, its data and the weights that a benchmark of the gradient domain needs."""
    image = image_parameters(root)
    image["plan"]["ipadnet"]["parts"] = 2
    gradient = parameters(root)
    gradient["benchmark"] = {
        "margin": 4,
        "batch": 3,
        "unguarded": ["levin-1pct"],
        "controls": ["quick"],
    }  # batches of 3 and 1
    write_parameters(toy, gradient, image=image)
    write_pictures(toy)
    write_test_set(toy)
    for model in ("ipadnet", *(f"epadnet-{prior}" for prior in PRIORS)):
        write_weights(toy, model)
    return toy


def files(folder):
    found = [path for part in ("weights", "results") for path in sorted((folder / part).rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def torchrun(folder, processes, script):
    """The script in so many gloo processes, as a user starts them."""
    tests = Path(__file__).parent
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(tests), str(tests.parent)])}
    command = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes), str(tests / script)]
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def begun(folder, monkeypatch):
    """A training that one process left unfinished there."""
    clock = iter(range(0, 10**6, 60))  # every look at it is a minute later
    with monkeypatch.context() as patch:
        patch.setattr(ranked.trainer.time, "monotonic", lambda: next(clock))
        card = ranked.trainer.train(ranked.train_image.ENTRY, "quick", "ipadnet", folder, minutes=8)
    assert 0 < card["steps"] < 15 and list((folder / "checkpoints/quick").iterdir())


def test_two_processes_write_the_bytes_of_one(project, tmp_path_factory, monkeypatch):
    """Weights with batch statistics, cards, losses, records and certificates, and what one process had begun."""
    other = tmp_path_factory.mktemp("two")
    shutil.copytree(project, other, symlinks=True, dirs_exist_ok=True)
    begun(other, monkeypatch)
    ranked.everything()
    done = torchrun(other, 2, "ranked.py")
    assert done.returncode == 0, done.stdout + done.stderr
    one, two = files(project), files(other)
    # Two trainings, weights made by hand, records and certificates of one method and of two.
    assert len(one) == 2 * 3 + 4 + 2 + 4
    assert list(two) == list(one)
    assert [name for name in one if two[name] != one[name]] == []
    assert done.stdout.count("held-out") == 2  # said once


def test_shares_cover_every_item_once_and_come_back_in_order(monkeypatch):
    for size in (1, 2, 3, 5):
        for count in (0, 1, 4, 7):
            items = list(range(count))
            shares = [Ranks(rank, size).share(items) for rank in range(size)]
            assert sorted(item for share in shares for item in share) == items

            def gather(rows, out, shares=shares):
                if out is not None:
                    out[:] = [[10 * item for item in share] for share in shares]

            monkeypatch.setattr(dist, "gather_object", gather)
            found = [Ranks(rank, size).gather([10 * item for item in shares[rank]]) for rank in range(size)]
            assert found == [[10 * item for item in items], *[[]] * (size - 1)]


@pytest.mark.parametrize("size", [2, 3, 4])
def test_the_mean_has_the_bits_of_one_process(monkeypatch, size):
    generator = torch.Generator().manual_seed(0)
    vectors = [torch.randn(50, generator=generator, dtype=torch.float64) * 10.0**i for i in range(3)]
    like = torch.zeros(50, dtype=torch.float64)
    alone = SingleProcess().average(vectors, 3, like)
    torch.testing.assert_close(alone, torch.stack(vectors).mean(dim=0))
    assert not torch.equal(alone, SingleProcess().average(vectors[::-1], 3, like))  # the order shows in the bits
    sent = [Ranks(rank, size).share(vectors) for rank in range(size)]
    most = len(sent[0])
    padded = [torch.stack([*share, *[like] * (most - len(share))]) for share in sent]

    def all_gather(out, own):
        assert own.shape == padded[0].shape
        for place, share in zip(out, padded, strict=True):
            place.copy_(share)

    monkeypatch.setattr(dist, "all_gather", all_gather)
    for rank in range(size):  # also a process without any part of its own
        assert torch.equal(Ranks(rank, size).average(sent[rank], 3, like), alone)


def test_one_process_does_everything_itself(monkeypatch):
    for name in ("RANK", "WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    ranks = join()
    assert (ranks.rank, ranks.size, ranks.first) == (0, 1, True)
    assert ranks.share("abc") == ranks.gather(list("abc")) == ["a", "b", "c"]
    assert ranks.agree(False) is False
    ranks.check_same(1, "data")
    monkeypatch.setenv("WORLD_SIZE", "1")
    assert join().size == 1


def test_processes_of_different_data_are_told_so(monkeypatch):
    def all_gather_object(out, value):
        out[:] = [value, "another"]

    monkeypatch.setattr(dist, "all_gather_object", all_gather_object)
    with pytest.raises(PadnetError, match="the processes do not start from the same data: run them on one shared"):
        Ranks(0, 2).check_same("mine", "data")


def test_more_processes_than_gpus_is_one_sentence(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    for processes, device in (("2", "cuda"), ("3", "cpu")):
        monkeypatch.setenv("LOCAL_WORLD_SIZE", processes)
        check_gpus(device)
    with pytest.raises(PadnetError, match="3 processes need as many GPUs, this machine has 2: lower --nproc"):
        check_gpus("cuda")


def test_a_world_of_several_without_torchrun_is_one_sentence(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    for name in ("RANK", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(PadnetError, match="cannot reach the other 1 processes: start them all with torchrun"):
        join()
