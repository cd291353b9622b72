"""A run beside the committed lock: what differs, in order, and whether its inputs explain it."""

from copy import deepcopy

from padnet.reporting.agreement import agreement, in_order, write_names


def stage(cmd, deps, outs, **params):
    def entries(found):
        return [{"path": path, "md5": md5} for path, md5 in found.items()]

    return {"cmd": cmd, "deps": entries(deps), "params": {"params.yaml": params}, "outs": entries(outs)}


# As they might stand in a lock: not in the order of the pipeline.
LOCK = {
    "stages": {
        "report": stage("r", {"results/quick/b.csv": "b"}, {"results/quick/table.csv": "t"}),
        "benchmark": stage("b", {"weights/quick/w": "w", "reference/modules/b.txt": "m"}, {"results/quick/b.csv": "b"}),
        "train": stage("t", {"data/quick": "d"}, {"weights/quick/w": "w", "weights/quick/v": "v"}, rate=1),
        "sample": stage("s", {}, {"data/quick": "d"}),
        "other": stage("o", {}, {"results/paper/x": "x"}),
    }
}


def again(**changes):
    """The lock with other outputs, and with what follows from them."""
    lock = deepcopy(LOCK)
    for entries in lock["stages"].values():
        for entry in [*entries["deps"], *entries["outs"]]:
            entry["md5"] = changes.get(entry["path"].rpartition("/")[2].replace(".", "_"), entry["md5"])
    return lock


def test_equal():
    found = agreement(LOCK, LOCK, "quick")
    assert (found.total, found.other, found.unexplained) == (5, [], [])
    assert agreement(LOCK, LOCK, "paper").total == 1


def test_the_order_is_that_of_the_pipeline():
    assert in_order(LOCK["stages"]) == ["sample", "train", "benchmark", "report", "other"]


def test_what_follows_from_another_output_is_explained():
    found = agreement(again(w="w2", b_csv="b2", table_csv="t2"), LOCK, "quick")
    assert found.other == ["weights/quick/w", "results/quick/b.csv", "results/quick/table.csv"]
    assert found.unexplained == ["train"]
    assert found.first() == "train, from the same code, parameters and inputs"
    assert found.folders() == "2 in results/quick, 1 in weights/quick"


def test_other_code_or_parameters_explain_it():
    lock = again(b_csv="b2", b_txt="m2")
    assert agreement(lock, LOCK, "quick").unexplained == []
    assert agreement(lock, LOCK, "quick").first() == "benchmark, whose code, parameters or inputs are others"
    lock = again(w="w2")
    lock["stages"]["train"]["params"]["params.yaml"]["rate"] = 2
    assert agreement(lock, LOCK, "quick").unexplained == []
    lock = again(d="d2", quick="d2")
    assert agreement(lock, LOCK, "quick").unexplained == ["sample"]


def test_a_new_stage_is_explained_and_none_committed_is_all_new():
    lock = deepcopy(LOCK)
    lock["stages"]["new"] = stage("n", {}, {"results/quick/n": "n"})
    assert (agreement(lock, LOCK, "quick").other, agreement(lock, LOCK, "quick").unexplained) == (
        ["results/quick/n"],
        [],
    )
    assert len(agreement(LOCK, None, "quick").other) == 5


def test_what_nothing_explains_is_named_even_where_something_else_differs_first():
    lock = again(w="w2", v="v2", table_csv="t2")
    lock["stages"]["train"]["params"]["params.yaml"]["rate"] = 2
    del lock["stages"]["benchmark"]["deps"][0], lock["stages"]["report"]["deps"][0]
    old = deepcopy(LOCK)
    del old["stages"]["benchmark"]["deps"][0], old["stages"]["report"]["deps"][0]
    found = agreement(lock, old, "quick")
    assert {*found.other} == {
        "weights/quick/v",
        "weights/quick/w",
        "results/quick/table.csv",
    } and found.unexplained == ["report"]
    assert found.first() == "report, from the same code, parameters and inputs"


def test_an_output_that_is_committed_and_was_not_made_differs():
    lock = deepcopy(LOCK)
    del lock["stages"]["report"]
    assert agreement(lock, LOCK, "quick").other == ["results/quick/table.csv"]


def test_locks_with_nothing_in_them():
    for lock in (None, {}, {"stages": None}, {"stages": {"a": None}}, {"stages": {"a": {"outs": None, "deps": None}}}):
        assert agreement(lock, lock, "quick").total == 0
    other = {"stages": {"a": stage("a", {}, {"results/quickly/a": "a"})}}
    assert agreement(other, other, "quick").total == 0


def test_the_names_are_in_a_file_while_there_are_any(tmp_path):
    found = agreement(again(w="w2"), LOCK, "quick")
    path = write_names(tmp_path, "quick", found)
    assert (tmp_path / path).read_text() == "train  weights/quick/w  from the same inputs\n"
    write_names(tmp_path, "quick", agreement(LOCK, LOCK, "quick"))
    assert not (tmp_path / path).exists()
