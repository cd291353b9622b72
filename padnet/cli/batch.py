"""One photograph or many: folders, patterns and lists of files, a place for each result, and what failures do."""

import glob
import sys
from pathlib import Path

from tqdm import tqdm

from padnet.cli.picture_output import BITS
from padnet.errors import InputError, PadnetError

READ = (*BITS, ".webp", ".gif", ".pgm", ".ppm", ".pnm", ".jp2")  # of a folder's files, those that are photographs


def photographs(words):
    """The files that words of a command line name, each a file, a folder or a pattern: (list of Path, whether many).

    A single file that is named is not many; a folder is, even of one file.
    Raises InputError for a folder or a pattern without photographs.
    """
    found, many = [], len(words) > 1
    for word in words:
        path = Path(word)
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.suffix.lower() in READ and file.is_file())
            if not inside:
                raise InputError(f"{path} has no photographs: {', '.join(READ)} are looked for")
            found, many = found + inside, True
        elif not path.exists() and glob.has_magic(str(word)):
            inside = sorted(Path(name) for name in glob.glob(str(word)))
            if not inside:
                raise InputError(f"no file is like {word}: correct the pattern")
            found, many = found + inside, True
        else:
            found.append(path)
    return found, many


def places(photos, out, many, ending=None):
    """Where the result of each photograph goes: `out` itself, or for many a file in the folder `out`.

    ending: of the results of many; None is that of the photograph where it can be written, else .png.
    Raises InputError where two results would have one name.
    """
    if not many:
        return [out]
    named = [
        out / (photo.stem + (ending or (photo.suffix if photo.suffix.lower() in BITS else ".png"))) for photo in photos
    ]
    for number, target in enumerate(named):
        if target in named[:number]:
            raise InputError(f"two photographs would become {target}: give them in two commands")
    return named


def make_folders(folders):
    """Make those of the folders for results that are missing; all are checked before the first is made.

    Raises InputError for a file in the place of one, or where the folder around it is missing.
    """
    for folder in folders:
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder} is a file: name a folder for the results of several photographs")
        if not folder.absolute().parent.is_dir():
            raise InputError(f"there is no folder {folder.parent}: make it, or choose another place")
    for folder in folders:
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise PadnetError(f"cannot make the folder {folder} ({error.strerror}): choose another place") from error


def say(text):
    """Print a line above the progress bar, if there is one."""
    tqdm.write(text)


def each(photos, many, work):
    """Call work(photo, progress) for every photograph, with one progress bar; many go on when one fails.

    work: progress(done, total) is to be called by it.
    Raises the error of a single photograph, and for many a PadnetError at the end that says how many failed.
    """
    failed = 0
    # The one bar of this command: on the line it finds, whatever else in this process counts.
    with tqdm(
        total=len(photos) if many else None,
        desc=None if many else photos[0].name,
        unit="photo" if many else "stage",
        leave=False,
        position=0,
        bar_format="{l_bar}{bar}| {n:.1f}/{total_fmt} [{elapsed}<{remaining}]" if many else None,
    ) as bar:
        for number, photo in enumerate(photos):

            def progress(done, total, number=number):
                if not many:
                    bar.total = total
                bar.update((number + done / total if many else done) - bar.n)

            try:
                work(photo, progress)
            except PadnetError as error:
                if not many:
                    raise
                failed += 1
                tqdm.write(f"padnet: {photo}: {error}", file=sys.stderr)
            if many:
                bar.update(number + 1 - bar.n)
    if failed:
        raise PadnetError(f"{failed} of {len(photos)} photographs failed, see above; the others are done")
