"""Single bits flipped in what lies on disk: what reads the file refuses it, or a recorded hash tells."""

import hashlib
import os
import shutil
from functools import partial

import numpy as np
from beside import ROOT
from tiny import parameters, write_parameters, write_pictures
from trained import small_settings, write_weights

from padnet.data.deblurring_pairs import training_fields
from padnet.data.fetch import fetch
from padnet.data.readers import training_pictures
from padnet.errors import PadnetError
from padnet.experiments.checkpoint import resume_training, save_training
from padnet.experiments.gradient import Experiment
from padnet.experiments.learner import make_learner
from padnet.project.atomic_files import sha256
from padnet.project.params import read_yaml
from padnet.reporting.agreement import outputs
from padnet.reporting.table1 import read_records
from padnet.site.certificates import read_certificates
from padnet.tasks import pretrained
from padnet.tasks.weights import read_tensors

RECORDS = "results/paper/records/levin-1pct/gradient-ipadnet.csv"
CERTIFICATES = "results/paper/certificates/sun-20/image-epadnet.json"
CARD = "weights/paper/image-ipadnet.json"


def flip(path, read, places, lock=None):
    """Flip each bit of `places` in the file at `path` in turn and call `read()`, which must raise PadnetError.

    lock: the MD5 that dvc.lock states for the file; None where no hash but the reader's own is at hand.
    Returns the figures; "missed": neither noticed; "without_a_sentence": another exception stopped the reader.
    """
    whole = path.read_bytes()
    assert lock is None or hashlib.md5(whole).hexdigest() == lock, f"{path} is not the file that dvc.lock describes"
    figures = {"flipped": 0, "refused_when_read": 0, "without_a_sentence": 0, "found_by_dvc_lock": 0, "missed": 0}
    for place in places:
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(data)
        figures["flipped"] += 1
        try:
            read()
        except PadnetError:
            figures["refused_when_read"] += 1
        except Exception as error:
            figures["without_a_sentence"] += 1
            figures.setdefault("for_instance", f"bit {place}: {type(error).__name__}: {str(error)[:120]}")
        else:
            found = lock is not None and hashlib.md5(data).hexdigest() != lock
            figures["found_by_dvc_lock" if found else "missed"] += 1
    path.write_bytes(whole)
    read()  # the sound file still passes
    return figures


def places(path, most, seed):
    """Every bit of the file, or `most` of them drawn from the seed where it has more."""
    bits = 8 * path.stat().st_size
    return range(bits) if bits <= most else np.random.default_rng(seed).choice(bits, most, replace=False).tolist()


def flip_all(most, seed, scratch):
    """The figures of every kind of file, `most` bits each: {kind: figures}."""
    scratch.mkdir(parents=True, exist_ok=True)
    here = os.getcwd()
    os.chdir(scratch)
    try:
        return {
            name: flip(path, read, places(path, bits, seed), lock)
            for name, (path, read, lock, bits) in _kinds(scratch, most).items()
        }
    finally:
        os.chdir(here)


def _kinds(folder, most):
    """{kind: (path, what reads it, MD5 in dvc.lock or None, how many bits)}."""
    locked = {path: md5 for path, (md5, _) in outputs(read_yaml(ROOT / "dvc.lock"), "paper").items()}
    cheap, dear = most, max(1, most // 4)  # dear: a reading takes over ten milliseconds
    return {
        "unfinished training": (*_checkpoint(folder), None, cheap),
        "weights with a card": (*_weights(folder / "own"), None, cheap),
        "weights by themselves": (*_alone(folder / "alone"), None, cheap),
        "card of weights": (*_card(folder / "card"), locked[CARD], dear),
        "file at the publisher": (*_published(folder / "mirrored"), None, dear),
        "fetched file": (*_fetched(folder / "fetched"), None, dear),
        "records": (*_copy(folder / "r", RECORDS, read_records), locked[RECORDS], cheap),
        "certificates": (*_certificates(folder / "c"), locked[CERTIFICATES], dear),
    }


def _checkpoint(folder):
    write_parameters(folder, parameters(ROOT))
    write_pictures(folder)
    (folder / "dvc.yaml").write_text("stages: {}\n")
    experiment = Experiment("quick")
    fields = training_fields(training_pictures(folder / "data/quick"), experiment.data, 1)
    learner, path = make_learner(experiment, "epadnet-l0.8", 1, *fields, "cpu"), folder / "checkpoint.safetensors"
    learner.start()
    for _ in range(6):
        learner.advance()
    save_training(path, learner, "key")
    return path, lambda: resume_training(path, make_learner(experiment, "epadnet-l0.8", 1, *fields, "cpu"), "key")


def _weights(folder):
    write_weights(folder, small_settings(ROOT))
    return folder / "image-ipadnet.safetensors", partial(pretrained.load.__wrapped__, folder)


def _alone(folder):
    path, _ = _weights(folder)
    return path, partial(read_tensors, path)


def _card(folder):
    folder.mkdir()
    for ending in ("safetensors", "json"):
        shutil.copy((ROOT / CARD).with_suffix(f".{ending}"), folder)
    return folder / "image-ipadnet.json", partial(pretrained.load.__wrapped__, folder)


def _source(folder):
    """A mirror with one file of 300 bytes: (its path, the table)."""
    folder.mkdir()
    path = folder / "mirror/publisher.example/f.bin"
    path.parent.mkdir(parents=True)
    path.write_bytes(np.random.default_rng(3).bytes(300))
    row = f"a,https://publisher.example/f.bin,{sha256(path)},300"
    (folder / "table.csv").write_text(f"set,url,sha256,bytes\n{row}\n")
    return path, partial(fetch, folder / "out", ["a"], str(folder / "mirror"), folder / "table.csv", retries=0)


def _published(folder):
    path, run = _source(folder)

    def read():
        (folder / "out/a/f.bin").unlink(missing_ok=True)
        run()

    return path, read


def _fetched(folder):
    path, run = _source(folder)
    run()
    there = folder / "out/a/f.bin"

    def read():
        if run():
            assert there.read_bytes() == path.read_bytes()
            raise PadnetError("it was fetched again")

    return there, read


def _copy(folder, name, read):
    folder.mkdir()
    path = folder / name.rsplit("/", 1)[1]
    shutil.copy(ROOT / name, path)
    return path, partial(read, path)


def _certificates(folder):
    path = folder / CERTIFICATES
    path.parent.mkdir(parents=True)
    shutil.copy(ROOT / CERTIFICATES, path)
    return path, partial(read_certificates, "paper", folder)
