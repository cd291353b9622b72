"""Compare time and memory of padnet.deconvolve in this checkout with another one, as ratios.

    git worktree add ../before COMMIT
    padnet bench --against ../before

Every measurement runs in its own process with one thread. The two checkouts alternate, so that both are measured under
the same machine load. Measured are CPU seconds for an image of 255x255 and one of 1024x1024, each after a warm-up run,
and the peak memory at 512x512 above that of the imported package. The last row concerns this checkout only: the ratio
of wall-clock times with two threads and with one, which requires two idle cores.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from padnet.errors import InputError, PadnetError

SIDES, MEMORY_SIDE = (255, 1024), 512
COLUMNS = ("what", "here", "there", "ratio")
# Run in both checkouts, so it only uses `padnet.deconvolve`. An image of random blocks, a line kernel of 21 pixels.
CHILD = """
import json, re, sys, time
import numpy as np, torch
import padnet
side, threads, times = map(int, sys.argv[1:])
torch.set_num_threads(threads)
rng = np.random.default_rng(side)
y = np.clip(np.kron(rng.random((side // 15 + 1,) * 2), np.ones((15, 15)))[:side, :side], 0, 1)
y = np.clip(y + 0.01 * rng.standard_normal(y.shape), 0, 1)
k = np.full((1, 21), 1 / 21)
def peak():
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
padnet.deconvolve(y[:64, :64], k, 0.01)
before, found = peak(), []
for i in range(times):
    clock, processor = time.perf_counter(), time.process_time()
    padnet.deconvolve(y, k, 0.01)
    found.append((time.perf_counter() - clock, time.process_time() - processor))
clock, processor = map(min, zip(*found))
print(json.dumps({"clock": clock, "processor": processor, "memory": peak() - before}))
"""


def measured(folder: Path, side: int, threads: int = 1, times: int = 2) -> dict[str, float]:
    """Run one process in a checkout and return "clock", "processor" (seconds) and "memory" (bytes).

    clock: wall-clock time, processor: CPU time, each the minimum over `times` images. memory: peak increase.
    Raises PadnetError if the process fails.
    """
    environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": str(threads)}
    command = [sys.executable, "-c", CHILD, str(side), str(threads), str(times)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip() or "it was killed").splitlines()[-1]
        raise PadnetError(f"padnet.deconvolve in {folder} cannot be measured: {why}")
    return json.loads(done.stdout)


def compare(here: Path, there: Path, turns: int = 2) -> list[dict]:
    """The rows, dicts with the keys COLUMNS: medians of `turns` alternating measurements of each checkout.

    Raises InputError if `there` is not a checkout of padnet, PadnetError if a measurement fails.
    """
    if not (there / "padnet/__init__.py").is_file():
        raise InputError(f"{there} is no checkout of padnet: make one with git worktree add FOLDER COMMIT")
    rows = []
    for what, side, key, times in (
        *((f"processor seconds, {side}x{side}", side, "processor", 2) for side in SIDES),
        (f"bytes above the program, {MEMORY_SIDE}x{MEMORY_SIDE}", MEMORY_SIDE, "memory", 1),
    ):
        pairs = [(measured(here, side, 1, times)[key], measured(there, side, 1, times)[key]) for _ in range(turns)]
        rows.append(_row(what, *map(statistics.median, zip(*pairs, strict=True))))
    side = SIDES[-1]
    pairs = [(measured(here, side, 2)["clock"], measured(here, side, 1)["clock"]) for _ in range(turns)]
    told = f"seconds, two threads in place of one, {side}x{side}"
    rows.append(_row(told, *map(statistics.median, zip(*pairs, strict=True))))
    return rows


def _row(what: str, ours: float, theirs: float) -> dict:
    return dict(zip(COLUMNS, (what, ours, theirs, ours / theirs), strict=True))


def told(row: dict) -> str:
    """A row as text for the terminal."""
    return f"{row['what']}: {row['here']:.4g} here, {row['there']:.4g} there, ratio {row['ratio']:.2f}"
