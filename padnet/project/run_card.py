"""Write the card of a profile, results/PROFILE/card.json: inputs of every stage and the machine that ran it.

The hashes are those in dvc.lock. `make repro` and `make paper` write the card last: a stage that has written a file
since they started ran on this machine. An unchanged entry keeps its machine; the card of a trained network names its
device and PyTorch; otherwise the machine is unknown, null. Because the card describes machines, no stage owns it or
depends on it.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from padnet.errors import PadnetError
from padnet.project import console, switches
from padnet.project.atomic_files import write_json
from padnet.project.params import load_seed, read_yaml
from padnet.project.paths import PROFILES, find_root, results

BEFORE = Path(".dvc/tmp/before.lock")  # make copies dvc.lock to this file when it starts
NAME = "card.json"
PACKAGES = ("torch", "numpy", "scipy", "scikit-image", "matplotlib", "safetensors", "dvc")
FEATURES = (
    "avx",
    "avx2",
    "fma",
    "f16c",
    "avx512f",
    "avx512dq",
    "avx512bw",
    "avx512vl",
    "avx512_vnni",
    "avx512_bf16",
    "amx_tile",
    "asimd",
    "sve",
)


def machine(root):
    """This machine as a dict: versions, processor and its features, PyTorch's configuration, threads, commit."""
    processor, flags = _processor()
    return {
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor,
        "features": flags,
        "torch_capability": torch.backends.cpu.get_cpu_capability(),
        "cores": os.cpu_count(),
        "threads": int(switches.CONVENIENT["OMP_NUM_THREADS"]),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        "commit": _commit(root),
    }


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor():
    """(model, those of FEATURES that it has); from /proc/cpuinfo if it exists."""
    path = Path("/proc/cpuinfo")
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    fields = {key.strip().lower(): value.strip() for key, value in fields.items()}
    flags = (fields.get("flags") or fields.get("features") or "").split()
    return fields.get("model name") or platform.processor() or None, [name for name in FEATURES if name in flags]


def _commit(root):
    """The current commit of this folder; None without git."""
    shown = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=False)
    return shown.stdout.strip() if shown.returncode == 0 else None


def stages(lock, profile):
    """{stage: its command, parameters, and hashes of inputs and outputs}, from the content of dvc.lock (dict).

    Only stages with an output in weights/PROFILE or results/PROFILE.
    """
    places = tuple(f"{kind}/{profile}/" for kind in ("weights", "results"))
    return {
        name: {
            "cmd": stage["cmd"],
            "params": stage.get("params", {}).get("params.yaml", {}),
            "deps": _hashes(stage.get("deps", [])),
            "outs": _hashes(stage["outs"]),
        }
        for name, stage in sorted((lock.get("stages") or {}).items())
        if any(out["path"].startswith(places) for out in stage.get("outs", []))
    }


def _hashes(entries):
    return {entry["path"]: entry.get("md5") for entry in entries}


def card(profile, root, ran=False):
    """The content of the card: seed, machines, and the stages, each with the index of its machine in that list.

    ran: the stages that wrote a file since make started ran here.

    Raises PadnetError if nothing has been run.
    """
    root = Path(root)
    if not (root / "dvc.lock").is_file():
        raise PadnetError("there is no dvc.lock: run make repro first")
    old, now = _read(results(profile, root) / NAME), machine(root)
    began = root / BEFORE
    began = began.stat().st_mtime_ns if ran and began.is_file() else None
    machines, found = [], stages(read_yaml(root / "dvc.lock") or {}, profile)
    for name, stage in found.items():
        where = _trained(root, stage)
        if began is not None and any(_written(root / out, began) for out in stage["outs"]):
            where = now
        elif {key: value for key, value in old["stages"].get(name, {}).items() if key != "machine"} == stage:
            place = old["stages"][name].get("machine")
            where = where if place is None else old["machines"][place]
        if where is not None and where not in machines:
            machines.append(where)
        stage["machine"] = None if where is None else machines.index(where)
    return {"profile": profile, "seed": load_seed(root / "params.yaml"), "machines": machines, "stages": found}


def _read(path):
    """The current card; an empty one if it does not exist or cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {"machines": list(found["machines"]), "stages": dict(found["stages"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"machines": [], "stages": {}}


def _written(path, began):
    return path.exists() and path.stat().st_mtime_ns >= began


def _trained(root, stage):
    """The machine recorded in the card of trained weights, or None."""
    for out in stage["outs"]:
        if out.startswith("weights/") and out.endswith(".json") and (root / out).is_file():
            told = json.loads((root / out).read_text(encoding="utf-8"))
            return {name: told[name] for name in ("device", "torch") if name in told} or None
    return None


def write_card(profile, root, ran=False):
    """Write the card of a profile and return its path; see card."""
    path = results(profile, root) / NAME
    write_json(path, card(profile, root, ran))
    return path


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--profile", choices=PROFILES, required=True)
    parser.add_argument(
        "--ran", action="store_true", help="record this machine for the stages that wrote a file since make began"
    )


def main(argv=None):
    """Write the card of a profile and report for how many stages the machine is known."""
    parser = argparse.ArgumentParser(prog="padnet card", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options = parser.parse_args(argv)
    root = find_root()
    path = write_card(options.profile, root, options.ran)
    found = json.loads(path.read_text(encoding="utf-8"))
    known = sum(stage["machine"] is not None for stage in found["stages"].values())
    print(f"{path.relative_to(root)}: {len(found['stages'])} stages, of {known} the machine is known")


if __name__ == "__main__":
    sys.exit(console.run(main))
