"""A lock file: one holder at a time, no file afterwards, nobody held up by a process that was killed."""

import errno
import os
import subprocess
import sys
import threading

import pytest
from filelock import FileLock

from padnet.errors import PadnetError
from padnet.project import atomic_files as files
from padnet.project.atomic_files import write_text
from padnet.project.locks import locked
from padnet.project.run_lock import LOCK, alone

# Holds the lock file of its argument, says so, and waits for its end.
HOLDER = (
    "import sys; from padnet.project.locks import locked\n"
    "with locked(sys.argv[1], 'held'): print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def holder(tmp_path):
    """Another process that holds tmp_path/lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path / "lock"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_the_file_is_there_while_it_is_held_and_no_longer(tmp_path):
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "lock", "busy"):
        assert os.listdir(tmp_path) == ["lock"]
        raise ZeroDivisionError
    assert not os.listdir(tmp_path)


def test_another_process_is_told_and_a_killed_one_holds_up_nobody(tmp_path, holder):
    with pytest.raises(PadnetError, match="^busy$"), locked(tmp_path / "lock", "busy"):
        pass
    holder.kill()
    holder.wait()
    assert os.listdir(tmp_path) == ["lock"]
    with locked(tmp_path / "lock", "busy"):
        pass
    assert not os.listdir(tmp_path)


def test_of_many_who_wait_one_holds_it_at_a_time(tmp_path):
    inside, most = [], []

    def hold():
        with locked(tmp_path / "lock", "busy", 60):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=hold) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == [1] * 20 and not os.listdir(tmp_path)


@pytest.mark.parametrize("number, refused", [(errno.ENOLCK, False), (errno.EACCES, True)])
def test_without_locks_nothing_is_held_and_other_errors_are_told(tmp_path, monkeypatch, number, refused):
    def acquire(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(FileLock, "acquire", acquire)
    if not refused:
        write_text(tmp_path / "a", "x")
        assert os.listdir(tmp_path) == ["a"]
        return
    with pytest.raises(PadnetError, match="cannot write .*a "):
        write_text(tmp_path / "a", "x")
    with pytest.raises(PadnetError, match="cannot write in "), alone(tmp_path):
        pass


def test_who_waits_for_long_is_told_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "WAIT", 0.1)
    with (
        locked(tmp_path / ".a.lock", "busy"),
        pytest.raises(PadnetError, match=r"another run is writing .*a: wait until .* delete .*\.a\.lock$"),
    ):
        write_text(tmp_path / "a", "x")
    with (
        locked(tmp_path / LOCK, "busy"),
        pytest.raises(PadnetError, match=r"another run is fetching .*: wait until .* delete .*\.fetch\.lock$"),
        alone(tmp_path),
    ):
        pass
    write_text(tmp_path / "a", "x")
    assert os.listdir(tmp_path) == ["a"]
