"""The stages on one screen."""

from padnet.project import console, dag

GRAPH = {
    "modules": [],
    "b@x-1": ["a@x", "modules"],
    "b@y-1": ["a@y", "modules"],
    "a@x": ["modules"],
    "a@y": ["modules"],
    "c": ["b@x-1", "b@y-1"],
}


def test_a_matrix_is_one_line_after_what_it_needs():
    found = dag.folded(GRAPH)
    assert found == {"a": (2, []), "b": (2, ["a"]), "c": (1, ["b"])} and list(found) == ["a", "b", "c"]
    assert dag.text(found) == "a (2)\nb (2)  <- a\nc      <- b"


def test_the_pipeline_fits_a_screen(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    assert console.run(dag.main, []) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 52 and max(map(len, lines)) <= 120
    assert any(line.startswith("compare (2)") and line.endswith("<- report") for line in lines)


def test_a_broken_pipeline_is_one_sentence(toy, monkeypatch, capsys):
    (toy / "dvc.yaml").write_text("stages: [\n")
    monkeypatch.chdir(toy)
    assert console.run(dag.main, []) == 1
    assert "DVC cannot read the pipeline" in capsys.readouterr().err
