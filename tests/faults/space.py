"""Stages on a disk that fills: one sentence about the space, the old result untouched, and on they go when there is room.

The disk is a tmpfs of a few megabytes that the forked process mounts in name spaces of its own. Where the kernel
allows none, nothing is tried, and the figures say so.
"""

import contextlib
import ctypes
import json
import os
import traceback

from figures import NO_DISK
from forks import Child
from jobs import JOBS
from kills import OTHER, undisturbed

from padnet.errors import PadnetError
from padnet.project.atomic_files import FULL

NEWNS, NEWUSER = 0x00020000, 0x10000000
DISK = 24 * 2**20  # bytes
TRACEBACK = "a traceback that ends with the system's own error for a full disk"
FREE = (0, 4, 16, 64, 256, 1024, 4096)  # KiB left; the least first, up to where the stage succeeds


def mount(folder):
    """Mount a tmpfs of DISK bytes at `folder`, for this process alone. Raises OSError where that is not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    _call(libc.unshare, NEWUSER | NEWNS)
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
    _call(libc.mount, b"none", os.fsencode(folder), b"tmpfs", 0, f"size={DISK}".encode())


def _call(function, *arguments):
    if function(*arguments) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def can_mount(scratch):
    """Whether this machine lets a process mount a disk of its own."""
    place = scratch / "mount"
    place.mkdir(exist_ok=True)
    return Child(lambda: mount(place), scratch, scratch / "mount.log").wait() == 0


def full_disk(name, scratch):
    """Run the job `name` with ever more room. Returns the figures, what went wrong under "wrong".

    Its "disk" is NO_DISK, and nothing was run, where none can be mounted.
    """
    if not can_mount(scratch):
        return {"disk": NO_DISK, "refused": 0, "without_a_sentence": 0, "succeeded_with_KiB": None, "wrong": []}
    job = JOBS[name]
    new, _ = undisturbed(job, 1, scratch / f"{name}-wide")
    old, _ = undisturbed(job, OTHER, scratch / f"{name}-before")
    place, told, log = scratch / f"{name}-disk", scratch / f"{name}.json", scratch / f"{name}-disk.log"
    place.mkdir()
    child = Child(lambda: told.write_text(json.dumps(_fill(job, place, old, new))), scratch, log)
    if child.wait(600) != 0:
        child.kill()
        return {"wrong": [f"{name} on a full disk: {child.said()[-600:]}"]}
    return {"disk": "tmpfs", **json.loads(told.read_text())}


def _fill(job, place, old, new):
    """In the child: {refused, sentences, wrong} over all of FREE."""
    mount(place)
    figures = {"refused": 0, "without_a_sentence": 0, "succeeded_with_KiB": None, "wrong": []}
    folder = place / "project"
    job.prepare(folder, 1)
    for path, body in old.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    os.chdir(folder)
    for room in FREE:
        with _room(place, 1024 * room):
            problem = _problem(job)
        seen = job.results(folder)
        if problem is None:
            figures["succeeded_with_KiB"] = room
            figures["wrong"] += [] if seen == new else [f"{job.name} gave other bytes with {room} KiB"]
            return figures
        figures["refused"] += 1
        figures["without_a_sentence"] += problem == TRACEBACK
        right = "no space left on the disk" in problem
        if (problem != TRACEBACK and not right) or "\n" in problem:
            figures["wrong"].append(f"{job.name} with {room} KiB: {problem}")
        changed = [path for path in old if seen.get(path) not in (old[path], new[path])]
        figures["wrong"] += [f"{job.name} with {room} KiB spoilt {path}" for path in changed]
        figures["wrong"] += [f"{job.name} with {room} KiB left {part}" for part in folder.rglob(".*.part")]
    figures["wrong"].append(f"{job.name} needs more than {FREE[-1]} KiB")
    return figures


def _problem(job):
    try:
        job.work()
    except PadnetError as error:
        return str(error)
    except OSError as error:
        if error.errno not in FULL:
            raise
        traceback.print_exc()
        return TRACEBACK
    return None


@contextlib.contextmanager
def _room(place, room):
    """All but `room` bytes of the disk are taken."""
    ballast, free = place / "ballast", os.statvfs(place)
    with open(ballast, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - room)
    yield
    ballast.unlink()
