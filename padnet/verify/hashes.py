"""Check every file of a profile against the MD5 in dvc.lock, without DVC.

The hash of a file is the MD5 of its bytes. That of a folder is the MD5 of the JSON list of its files, each {"md5",
"relpath"}, sorted by path, and ends in ".dir" (dvc_data.hashfile.tree).
"""

from pathlib import Path

from padnet.project.content_hashes import files_below, folder_md5, ignored, md5
from padnet.project.params import read_yaml
from padnet.project.paths import PROFILES
from padnet.verify.outcome import Outcome

# A fresh clone has none of these: they are downloaded, or created from the installed packages.
ABSENT = ("data", "downloads")
COPIES = ("padnet/pretrained", "padnet/baselines/weights")  # copies of files in weights/paper
CARD = "card.json"  # of a profile's results: it describes machines, so no stage may own it


def stages_of(lock, profile):
    """The stages in the content of a lock file (dict) with outputs for `profile` or for no profile."""
    other = tuple(f"{kind}/{one}/" for kind in ("data", "weights", "results") for one in PROFILES if one != profile)
    return {
        name: stage
        for name, stage in (lock.get("stages") or {}).items()
        if not all(f"{out['path']}/".startswith(other) for out in stage.get("outs", []))
    }


def recorded(lock, profile):
    """{path: {md5: the stages that record it}} of the outputs and dependencies of a profile.

    The package's code is excluded: the files in reference/modules contain its fingerprints, see
    padnet.verify.modules.
    """
    found = {}
    for name, stage in stages_of(lock, profile).items():
        for entry in [*stage.get("deps", []), *stage.get("outs", [])]:
            path = entry["path"]
            if path != "padnet" and "md5" in entry:
                found.setdefault(path, {}).setdefault(entry["md5"], []).append(name)
    return found


def check(root, profile="paper"):
    """Hash the files that dvc.lock records for a profile, and compare its parameters with params.yaml."""
    root = Path(root)
    lock, patterns = read_yaml(root / "dvc.lock") or {}, ignored(root)
    known = recorded(lock, profile)
    findings = [
        f"{path}: dvc.lock records two hashes of it, for {' and for '.join(names[0] for names in hashes.values())}"
        for path, hashes in known.items()
        if len(hashes) > 1
    ]
    # A shipped file must have the hash of its original.
    for folder in COPIES:
        for name in files_below(root / folder, patterns) if folder in known else ():
            if source := known.get(f"weights/paper/{name}"):
                known.setdefault(f"{folder}/{name}", source)
    counts, outside, wrong = {"files": 0, "folders": 0}, {}, set()
    # Files first: a folder is only reported if none of its files explains the difference.
    for path in sorted(known, key=lambda path: (next(iter(known[path])).endswith(".dir"), path)):
        hashes, place = known[path], root / path
        is_folder = next(iter(hashes)).endswith(".dir")
        if path.split("/")[0] in ABSENT:
            outside[path] = "as recorded" if place.exists() else "not here"
        else:
            counts["folders" if is_folder else "files"] += 1
        if not place.exists():
            if path not in outside:
                findings.append(f"{path}: it is missing")
                wrong.add(path)
            continue
        if (folder_md5(place, patterns) if is_folder else md5(place)) in hashes:
            continue
        if not any(one.startswith(f"{path}/") for one in wrong):
            stage = next(iter(hashes.values()))[0]
            findings.append(f"{path}: {'a file in it' if is_folder else 'its bytes'} changed since stage {stage} ran")
        wrong.add(path)
    findings += _strangers(root, profile, known, patterns) + _receipt(root, known) + _parameters(root, lock, profile)
    held = f"{counts['files']} files and {counts['folders']} folders are what dvc.lock records"
    return Outcome("hashes", held + "".join(f"; {path}: {said}" for path, said in outside.items()), findings)


def _strangers(root, profile, known, patterns):
    """Files among the results that no stage creates."""
    there = [
        f"{kind}/{profile}/{name}"
        for kind in ("weights", "results")
        for name in files_below(root / kind / profile, patterns)
    ]
    own = f"results/{profile}/{CARD}"
    return [f"{path}: no stage of dvc.lock makes it" for path in there if path not in known and path != own]


def _receipt(root, known):
    """Check that the benchmark files of data.dvc are those that the stages read."""
    receipt = root / "data.dvc"
    outs = (read_yaml(receipt) or {}).get("outs", []) if receipt.is_file() else []
    return [
        f"data.dvc: its hash of {out['path']} is not the one in dvc.lock"
        for out in outs
        if out["path"] in known and out["md5"] not in known[out["path"]]
    ]


def _parameters(root, lock, profile):
    findings, now = {}, None
    for name, stage in stages_of(lock, profile).items():
        for file, values in stage.get("params", {}).items():
            now = read_yaml(root / file) if now is None else now
            for key, value in values.items():
                found = now
                for part in key.split("."):
                    found = found.get(part) if isinstance(found, dict) else None
                if found != value:
                    findings.setdefault((file, key), name)
    return [f"{file}: {key} changed since stage {name} ran" for (file, key), name in findings.items()]
