"""Work in forked processes, which start at once, and their end at a chosen moment.

The parent must have started no threads: what it imported (PyTorch takes seconds) the children have for nothing.
"""

import contextlib
import os
import signal
import sys
import time
import traceback

from padnet.errors import PadnetError

PATIENCE = 120  # seconds: what has not ended by then hangs


class Child:
    """A forked process that does `work()` in `folder`; what it prints goes to the file `log`."""

    def __init__(self, work, folder, log):
        sys.stdout.flush()
        sys.stderr.flush()
        self.log, self.code, self.started = log, None, time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            _run(work, folder, log)

    def wait(self, seconds=PATIENCE):
        """The exit status, minus the signal's number where one ended it; None when it still runs after `seconds`."""
        end = time.monotonic() + seconds
        while self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code, self.seconds = os.waitstatus_to_exitcode(status), time.monotonic() - self.started
            elif time.monotonic() >= end:
                return None
            else:
                time.sleep(max(0.0, min(0.002, end - time.monotonic())))
        return self.code

    def kill(self):
        """SIGKILL, to it alone as a user's `kill -9` would be; what it had started is ended after it.

        Returns True when that ended it, False when it was over already.
        """
        if self.wait(0) is not None:
            return False
        os.kill(self.pid, signal.SIGSTOP)  # so that it starts nothing that is not in the list
        left = _descendants(self.pid)
        os.kill(self.pid, signal.SIGKILL)
        self.wait()
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return self.code == -signal.SIGKILL

    def said(self):
        """What it printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def _run(work, folder, log):
    """What the child does: never returns."""
    code = 99
    try:
        out = os.open(log, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o644)
        for number in (1, 2):
            os.dup2(out, number)
        os.chdir(folder)
        work()
        code = 0
    except PadnetError as error:
        print(f"padnet: {error}", file=sys.stderr)
        code = 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _descendants(pid):
    """The processes that `pid` has started, and theirs."""
    found = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                for child in map(int, file.read().split()):
                    found += [child, *_descendants(child)]
    return found
