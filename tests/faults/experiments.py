"""`dvc exp run` killed at random moments in one small project: what is committed stays, and the command runs again.

After a kill DVC itself may need help: an empty list of locks, which it refuses to read, is removed, as `make` does, and
an error that it calls unexpected is answered by the same command once more. Both are counted.
"""

import os
import signal
import subprocess
import sys
import time

import numpy as np

STAGE = """stages:
  copy:
    cmd: {python} -c "import time; time.sleep(0.5); from padnet.project.atomic_files import write_text as w; w('out.txt', open('params.yaml').read())"
    params: [x]
    outs:
      - out.txt: {{cache: false}}
"""
COMMITTED = (".gitignore", "dvc.yaml", "dvc.lock", "out.txt", "params.yaml")


def killed_experiments(kills, seed, root, scratch):
    """Kill `dvc exp run -S x=N` until `kills` kills hit it; the figures, "wrong" among them."""
    folder, rng = scratch / "experiments", np.random.default_rng([seed, 99])
    folder.mkdir(parents=True)
    run = _commands(folder, root)
    (folder / "dvc.yaml").write_text(STAGE.format(python=sys.executable))
    (folder / "params.yaml").write_text("x: 0\n")
    begin = (
        ["git", "init", "-q"],
        ["dvc", "init", "-q"],
        ["dvc", "repro", "-q"],
        ["git", "add", "-A"],
        ["git", "commit", "-qm", "all"],
    )
    for command in begin:
        run(*command)
    before, begun = _bytes(folder), time.monotonic()
    run("dvc", "exp", "run", "-q", "-S", "x=1")
    seconds = time.monotonic() - begun
    figures = {"kills": 0, "over_before": 0, "locks_left": 0, "empty_locks": 0, "retried": 0, "wrong": []}
    if _bytes(folder)["out.txt"] != b"x: 1\n":
        figures["wrong"].append("dvc exp run does nothing by itself")
    # Of two digits, so that the changed file has another size: git compares times in whole seconds, and takes a file of the
    # same size that DVC changed in the second of the last checkout for the committed one, once DVC has written the index.
    for number in range(10, 10 + 10 * kills):
        if figures["kills"] == kills or figures["wrong"]:
            break
        run("git", "checkout", "-q", "HEAD", ".")  # also from the index, where DVC may have put the changed parameters
        process = run.start("dvc", "exp", "run", "-q", "-S", f"x={number}")
        time.sleep(rng.uniform(0, seconds))
        if process.poll() is not None:
            figures["over_before"] += 1
            continue
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()  # until every process that shares its output has ended, its stage too
        figures["kills"] += 1
        lock = folder / ".git/index.lock"
        figures["locks_left"] += lock.exists()
        lock.unlink(missing_ok=True)  # git's own sentence says so
        whole = {before["out.txt"], f"x: {number}\n".encode(), None}  # DVC removes an output before its stage runs
        if _bytes(folder).get("out.txt") not in whole:
            figures["wrong"].append("out.txt is half written after a kill of dvc exp run")
        run("git", "checkout", "-q", "HEAD", ".")
        locks = folder / ".dvc/tmp/rwlock"
        if locks.is_file() and not locks.stat().st_size:
            figures["empty_locks"] += 1
            locks.unlink()
        if _bytes(folder) != before:
            figures["wrong"].append("git checkout does not bring back what was committed after a kill of dvc exp run")
        again = ("dvc", "exp", "run", "-q", "-f", "-S", f"x={number}")
        status, said = run(*again, fine=False)
        if status and "unexpected error" in said:
            figures["retried"] += 1
            run("git", "checkout", "-q", "HEAD", ".")
            status, said = run(*again, fine=False)
        if status or _bytes(folder)["out.txt"] != f"x: {number}\n".encode():
            figures["wrong"].append(f"dvc exp run cannot be run again after a kill: {said[-400:]}")
    return figures | {"seconds_undisturbed": round(seconds, 2)}


def _bytes(folder):
    return {name: (folder / name).read_bytes() for name in COMMITTED if (folder / name).is_file()}


class _commands:
    """Runs git and dvc in a folder."""

    def __init__(self, folder, root):
        names = {
            f"GIT_{who}_{what}": "faults@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        self.folder = folder
        self.environment = os.environ | names | {"PYTHONPATH": str(root), "DVC_NO_ANALYTICS": "1"}

    def start(self, *command):
        """A process group of its own."""
        words = [sys.executable, "-m", *command] if command[0] == "dvc" else [*command]
        return subprocess.Popen(
            words,
            cwd=self.folder,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __call__(self, *command, fine=True):
        process = self.start(*command)
        said = process.communicate(timeout=300)[0]
        if fine and process.returncode:
            raise RuntimeError(f"{' '.join(command)} fails by itself: {said}")
        return process.returncode, said
