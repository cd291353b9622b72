"""Fetch the public benchmark files by pinned URL and SHA-256 into OUT/SET/FILE.

    python -m padnet.data.fetch --out downloads

Files with the right hash are kept, so an interrupted run can be resumed. The environment variable PADNET_MIRROR, a
folder or a URL with the same layout as the URLs without their scheme, replaces the publishers; the hashes stay the
same.
"""

import argparse
import os
import shutil
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import pooch
from tqdm import tqdm

from padnet.data.download import Downloader, explain
from padnet.data.sources import read_sources
from padnet.errors import InputError, PadnetError
from padnet.project import console
from padnet.project.atomic_files import sha256
from padnet.project.run_lock import alone, cannot_write

SETS = ("train400", "levin09", "levin09-kernels", "sun13", "sun13-check", "middlebury", "hazy-real", "fattal14-inputs")
WORKERS = 8
# Repeated here, because the module that defines it needs packages that fetching does not.
FATTAL = (
    "Fattal's haze benchmark is not fetched, no licence is stated: it was published at "
    "http://www.cs.huji.ac.il/~raananf/projects/dehaze_cl/results/, and padnet/data/fattal.py says what to "
    "put where. The set fattal14-inputs has two of its hazy pictures, without truth."
)


def fetch(out, sets=SETS, mirror=None, table=None, retries=2):
    """Download every file of `sets` to OUT/SET/FILE and verify its hash.

    out: folder, created if missing; nothing is written outside it.
    mirror: folder or URL that replaces the publishers; None uses the variable PADNET_MIRROR, if set.
    table: path of another table of sources.   retries: additional attempts per file.
    Returns the sorted list of keys SET/FILE that were downloaded by this call; the others were already valid.
    Raises InputError for an unknown set, PadnetError if a download fails; files that were already downloaded are
    kept, invalid ones never are.
    """
    sources, out = read_sources(table), Path(out)
    known = sorted({source.set for source in sources})
    for name in sets:
        if name not in known:
            raise InputError(f"there is no set {name!r}: choose from {', '.join(known)}")
    downloader = Downloader(mirror or os.environ.get("PADNET_MIRROR"))
    wanted = [source for source in sources if source.set in sets]
    with alone(out):
        return _fetch(out, sets, wanted, downloader, retries)


def _fetch(out, sets, wanted, downloader, retries):
    """The body of fetch(), with the lock on `out` held."""
    scratch = out / ".part"
    try:
        if scratch.is_symlink():
            scratch.unlink()  # through a link, partial files would be written elsewhere
        for name in sets:
            if not (out / name).resolve().is_relative_to(out.resolve()):
                raise PadnetError(f"{out / name} is a link to another place: remove it and run the same command again")
        shutil.rmtree(scratch, ignore_errors=True)
        for name in sets:
            (scratch / name).mkdir(parents=True, exist_ok=True)
        missing = [
            source for source in wanted if not (out / source.key).is_file() or sha256(out / source.key) != source.sha256
        ]
        _fetch_all(missing, out, scratch, downloader, retries, len(wanted) - len(missing))
    except OSError as error:
        raise PadnetError(cannot_write(out, error)) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return sorted(source.key for source in missing)


def _fetch_all(missing, out, scratch, downloader, retries, kept):
    """Download `missing` with a few threads; a file gets its final name only after its hash was verified."""
    downloader.most = {downloader.address(source.url): source.bytes for source in missing}
    registry = pooch.create(
        scratch,
        "",
        registry={source.key: f"sha256:{source.sha256}" for source in missing},
        urls={source.key: downloader.address(source.url) for source in missing},
        retry_if_failed=retries,
    )
    pooch.get_logger().setLevel("ERROR")
    failed = threading.Event()

    def bring(source):
        if failed.is_set():
            return
        try:
            arrived = Path(registry.fetch(source.key, downloader=downloader))
        except (ValueError, OSError) as error:
            failed.set()
            raise PadnetError(explain(error, source, registry.get_url(source.key), downloader)) from error
        arrived.chmod(0o644)
        (out / source.set).mkdir(exist_ok=True)
        os.replace(arrived, out / source.key)

    with (
        ThreadPoolExecutor(WORKERS) as pool,
        tqdm(total=len(missing) + kept, initial=kept, unit="file", desc="fetch", disable=None) as bar,
    ):
        tasks = [pool.submit(bring, source) for source in missing]
        try:
            for task in as_completed(tasks):
                task.result()
                bar.update()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def add_arguments(parser):
    """The options of `padnet fetch`."""
    parser.add_argument("--out", type=Path, required=True, help="folder for the files (OUT/SET/FILE)")
    parser.add_argument("--sets", nargs="+", default=SETS, metavar="SET", help=f"default: {' '.join(SETS)}")


def main(argv=None):
    """Run `padnet fetch`."""
    parser = argparse.ArgumentParser(
        prog="padnet fetch", description="Fetch the public benchmark files.", epilog=FATTAL
    )
    add_arguments(parser)
    options = parser.parse_args(argv)
    fetched = fetch(options.out, options.sets)
    print(f"{options.out}: {len(fetched)} files fetched, the others were there; every hash is right")


if __name__ == "__main__":
    sys.exit(console.run(main))
