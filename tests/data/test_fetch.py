"""Fetching: right by hash or not there, resumable, and every failure one sentence with the way out."""

import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from padnet.data import download
from padnet.data.fattal import ADDRESS
from padnet.data.fetch import SETS, fetch, main
from padnet.data.sources import read_sources
from padnet.errors import InputError, PadnetError

FILES = {"a/one.png": b"first", "a/two.png": b"second file", "b/three.mat": b"third" * 100}


@pytest.fixture
def server(monkeypatch):
    """A publisher on this machine; `served` may be altered, `asked` lists the paths of every request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            name = self.path.split("/data/", 1)[-1]
            if name not in self.server.served:
                return self.send_error(404)
            body = self.server.served[name]
            if callable(body):
                body = body()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body) + self.server.cut))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Quiet."""

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)
    publisher = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    publisher.served, publisher.asked, publisher.cut = dict(FILES), [], 0
    thread = threading.Thread(target=publisher.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield publisher
    publisher.shutdown()
    publisher.server_close()
    thread.join()


def table_of(folder, address):
    rows = [
        f"{name.split('/')[0]},{address}/data/{name},{hashlib.sha256(body).hexdigest()},{len(body)}"
        for name, body in FILES.items()
    ]
    (folder / "table.csv").write_text("\n".join(["set,url,sha256,bytes", *rows]) + "\n")
    return folder / "table.csv"


@pytest.fixture
def table(tmp_path, server):
    return table_of(tmp_path, f"http://127.0.0.1:{server.server_port}")


def content(out):
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def mirror_folder(folder, host):
    for name, body in FILES.items():
        path = folder / host / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder


def test_every_file_of_the_sets_arrives_and_nothing_else(tmp_path, table):
    out = tmp_path / "out"
    assert fetch(out, ["a", "b"], table=table) == sorted(FILES)
    assert content(out) == FILES and sorted(os.listdir(out)) == ["a", "b"]
    assert (out / "a/one.png").stat().st_mode & 0o777 == 0o644


def test_the_sets_choose_what_is_fetched(tmp_path, table):
    fetch(tmp_path / "out", ["b", "b"], table=table)
    assert list(content(tmp_path / "out")) == ["b/three.mat"]


def test_what_is_right_is_not_fetched_again_what_is_altered_or_gone_is(tmp_path, table, server):
    out = tmp_path / "out"
    fetch(out, ["a", "b"], table=table)
    server.asked.clear()
    assert fetch(out, ["a", "b"], table=table) == [] and server.asked == []
    (out / "a/one.png").write_bytes(b"altered")
    (out / "b/three.mat").unlink()
    assert fetch(out, ["a", "b"], table=table) == ["a/one.png", "b/three.mat"]
    assert content(out) == FILES and len(server.asked) == 2


def test_a_run_that_was_killed_is_taken_up_and_its_scratch_folder_removed(tmp_path, table):
    out = tmp_path / "out"
    (out / ".part/a").mkdir(parents=True)
    (out / ".part/a/tmp123").write_bytes(b"half")
    fetch(out, ["a"], table=table)
    assert sorted(os.listdir(out)) == ["a"]


def test_an_altered_download_is_named_with_both_hashes_and_not_kept(tmp_path, table, server):
    out = tmp_path / "out"
    fetch(out, ["b"], table=table)
    server.served["a/two.png"] = b"other bytes"
    expected, found = (hashlib.sha256(body).hexdigest() for body in (FILES["a/two.png"], b"other bytes"))
    words = f"a/two.png from .* truncated or altered .*{expected} expected, {found} found"
    with pytest.raises(PadnetError, match=words):
        fetch(out, ["a", "b"], table=table, retries=0)
    assert not (out / "a/two.png").exists() and (out / "b/three.mat").read_bytes() == FILES["b/three.mat"]
    assert not (out / ".part").exists()


def test_a_connection_cut_half_way_is_a_truncated_file(tmp_path, table, server):
    server.cut = 7  # bytes promised and not sent
    with pytest.raises(PadnetError, match=r"b/three.mat from .* is truncated or altered .*of 500 bytes"):
        fetch(tmp_path / "out", ["b"], table=table, retries=0)
    assert content(tmp_path / "out") == {}


def test_retries_are_made(tmp_path, table, server):
    answers = [b"bad luck", FILES["b/three.mat"]] * 2
    server.served["b/three.mat"] = lambda: answers.pop(0)
    with pytest.raises(PadnetError, match="altered"):
        fetch(tmp_path / "out", ["b"], table=table, retries=0)
    answers.pop(0)
    assert fetch(tmp_path / "out", ["b"], table=table, retries=1) == ["b/three.mat"]


def test_without_a_network_the_sentence_names_file_url_and_ways_out(tmp_path, table, server):
    out = tmp_path / "out"
    fetch(out, ["b"], table=table)
    closed = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = closed.server_port
    closed.server_close()
    text = f"cannot reach http://127.0.0.1:{port}/data/a/.*png for a/.*PADNET_MIRROR.*quick profile.*make repro"
    with pytest.raises(PadnetError, match=text) as caught:
        fetch(out, ["a", "b"], table=table_of(tmp_path, f"http://127.0.0.1:{port}"), retries=0)
    assert "\n" not in str(caught.value)
    assert list(content(out)) == ["b/three.mat"]


def test_a_file_that_the_publisher_lacks_is_named(tmp_path, table, server):
    del server.served["a/one.png"]
    with pytest.raises(PadnetError, match="the publisher does not give a/one.png at http.*status 404.*PADNET_MIRROR"):
        fetch(tmp_path / "out", ["a"], table=table, retries=0)


@pytest.mark.parametrize("how", ["argument", "variable"])
def test_a_folder_is_a_mirror(tmp_path, how, monkeypatch):
    table = table_of(tmp_path, "https://publisher.example")
    mirror = mirror_folder(tmp_path / "mirror", "publisher.example")
    if how == "variable":
        monkeypatch.setenv("PADNET_MIRROR", str(mirror))
    fetch(tmp_path / "out", ["a", "b"], str(mirror) if how == "argument" else None, table)
    assert content(tmp_path / "out") == FILES


def test_a_url_is_a_mirror(tmp_path, server):
    table = table_of(tmp_path, "https://publisher.example")
    fetch(tmp_path / "out", ["a", "b"], f"http://127.0.0.1:{server.server_port}/", table)
    assert content(tmp_path / "out") == FILES
    assert all(path.startswith("/publisher.example/data/") for path in server.asked)


def test_a_mirror_that_lacks_a_file_is_named(tmp_path):
    table = table_of(tmp_path, "https://publisher.example")
    mirror = mirror_folder(tmp_path / "mirror", "publisher.example")
    (mirror / "publisher.example/data/b/three.mat").unlink()
    with pytest.raises(PadnetError, match="the mirror does not give b/three.mat at .*no such file"):
        fetch(tmp_path / "out", ["b"], str(mirror), table, retries=0)


def test_a_mirror_that_is_nothing_is_named(tmp_path, table):
    with pytest.raises(PadnetError, match="nowhere is neither a folder nor an http address: correct PADNET_MIRROR"):
        fetch(tmp_path / "out", ["a"], str(tmp_path / "nowhere"), table)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_one_sentence_and_keeps_what_was_there(tmp_path, monkeypatch):
    table = table_of(tmp_path, "https://publisher.example")
    mirror = str(mirror_folder(tmp_path / "mirror", "publisher.example"))
    fetch(tmp_path / "out", ["b"], mirror, table)

    def full(source, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(PadnetError, match="no space left on the disk that holds a/.*free some"):
        fetch(tmp_path / "out", ["a", "b"], mirror, table, retries=0)
    assert content(tmp_path / "out") == {"b/three.mat": FILES["b/three.mat"]}


def test_nothing_is_written_outside_the_folder(tmp_path, table):
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    out.mkdir()
    (out / "a").symlink_to(elsewhere)
    with pytest.raises(PadnetError, match="out/a is a link to another place"):
        fetch(out, ["a"], table=table)
    assert not os.listdir(elsewhere)
    for bad in ("..,https://x.example/f", "a,https://x.example/..", "a,https://x.example/"):
        (tmp_path / "bad.csv").write_text(f"set,url,sha256,bytes\n{bad},00,1\n")
        with pytest.raises(InputError, match="plain names"):
            read_sources(tmp_path / "bad.csv")


def test_a_scratch_folder_that_is_a_link_is_not_followed(tmp_path, table):
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    (elsewhere / "a").mkdir(parents=True)
    (elsewhere / "a/kept").write_text("kept")
    out.mkdir()
    (out / ".part").symlink_to(elsewhere)
    fetch(out, ["a"], table=table)
    assert content(elsewhere) == {"a/kept": b"kept"} and sorted(os.listdir(out)) == ["a"]


def test_a_file_that_is_a_link_is_replaced_and_what_it_leads_to_is_left_alone(tmp_path, table):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    (out / "a").mkdir(parents=True)
    elsewhere.write_bytes(b"another file")
    (out / "a/one.png").symlink_to(elsewhere)
    fetch(out, ["a"], table=table)
    assert elsewhere.read_bytes() == b"another file"
    assert not (out / "a/one.png").is_symlink() and (out / "a/one.png").read_bytes() == FILES["a/one.png"]


def test_no_more_bytes_are_written_than_the_table_states(tmp_path, table, server, monkeypatch):
    server.served["b/three.mat"] = bytes(3_000_000)
    written, limited = [], download._Limited.write
    monkeypatch.setattr(download._Limited, "write", lambda self, data: (limited(self, data), written.append(len(data))))
    with pytest.raises(PadnetError, match="b/three.mat from http.* has more than the 500 bytes that it should have"):
        fetch(tmp_path / "out", ["b"], table=table, retries=0)
    assert sum(written) <= 500 and content(tmp_path / "out") == {}


def test_a_mirror_s_larger_file_pipe_and_folder_are_refused_unread(tmp_path):
    table = table_of(tmp_path, "https://publisher.example")
    mirror = mirror_folder(tmp_path / "mirror", "publisher.example")
    bad = mirror / "publisher.example/data/b/three.mat"
    bad.write_bytes(bytes(501))
    with pytest.raises(PadnetError, match="has more than the 500 bytes that it should have"):
        fetch(tmp_path / "out", ["b"], str(mirror), table, retries=0)
    bad.unlink()
    for make in (os.mkfifo, os.mkdir):
        make(bad)  # the pipe would be waited for for ever
        with pytest.raises(PadnetError, match="the mirror does not give b/three.mat at .*no such file"):
            fetch(tmp_path / "out", ["b"], str(mirror), table, retries=0)
        bad.unlink() if make is os.mkfifo else bad.rmdir()
    assert content(tmp_path / "out") == {}


def test_a_second_run_at_the_same_time_is_told_so_and_the_first_goes_on(tmp_path, table, server):
    out, begun, go_on = tmp_path / "out", threading.Event(), threading.Event()
    server.served["b/three.mat"] = lambda: (begun.set(), go_on.wait(30), FILES["b/three.mat"])[2]
    first = threading.Thread(target=fetch, args=(out, ["b"], None, table))
    first.start()
    try:
        assert begun.wait(30)
        with pytest.raises(PadnetError, match=f"^another run is fetching into {out}: wait until it has ended, or, "):
            fetch(out, ["b"], table=table)
    finally:
        go_on.set()
        first.join()
    assert content(out) == {"b/three.mat": FILES["b/three.mat"]} and fetch(out, ["b"], table=table) == []


def test_a_file_in_the_way_is_one_sentence(tmp_path, table):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(PadnetError, match="cannot write in .*out .*--out"):
        fetch(tmp_path / "out", ["a"], table=table)


def test_an_unknown_set_is_named_with_the_known_ones(tmp_path, table):
    with pytest.raises(InputError, match="no set 'c': choose from a, b"):
        fetch(tmp_path / "out", ["c"], table=table)


def test_the_package_s_own_table_is_pinned():
    sources = read_sources()
    assert {name: sum(s.set == name for s in sources) for name in SETS} == {
        "train400": 400,
        "levin09": 44,
        "levin09-kernels": 1,
        "sun13": 80,
        "sun13-check": 2,
        "middlebury": 104,
        "hazy-real": 8,
        "fattal14-inputs": 2,
    }
    assert len({s.key for s in sources}) == len(sources) == 641
    assert "middlebury/Aloe_view1.png" in {s.key for s in sources}
    for s in sources:
        assert re.fullmatch(r"https://raw\.githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/.+", s.url)
        assert re.fullmatch("[0-9a-f]{64}", s.sha256) and s.bytes > 0


def test_a_folder_s_name_is_part_of_a_scene_s_files_alone(tmp_path):
    rows = [f"{name},https://x.example/data/Art/view1.png,00,1" for name in ("middlebury", "a")]
    (tmp_path / "table.csv").write_text("\n".join(["set,url,sha256,bytes", *rows]) + "\n")
    keys = [source.key for source in read_sources(tmp_path / "table.csv")]
    assert keys == ["middlebury/Art_view1.png", "a/view1.png"]
    (tmp_path / "table.csv").write_text("set,url,sha256,bytes\nmiddlebury,https://x.example/../view1.png,00,1\n")
    with pytest.raises(InputError, match="plain names"):
        read_sources(tmp_path / "table.csv")


def test_the_help_says_where_the_benchmark_of_table_3_was_published(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    words = " ".join(capsys.readouterr().out.split())
    assert f"it was published at {ADDRESS}, and padnet/data/fattal.py says what to put where" in words


def test_the_command_says_what_it_did(tmp_path, table, capsys, monkeypatch):
    sources = read_sources(table)
    monkeypatch.setattr("padnet.data.fetch.read_sources", lambda path: sources)
    main(["--out", str(tmp_path / "out"), "--sets", "a"])
    assert "2 files fetched" in capsys.readouterr().out and len(content(tmp_path / "out")) == 2


def test_the_command_ends_with_one_sentence_and_status_1(tmp_path):
    command = [sys.executable, "-m", "padnet.data.fetch", "--out", str(tmp_path / "out"), "--sets", "x"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "padnet: there is no set 'x': choose from fattal14-inputs, hazy-real, levin09, "
        "levin09-kernels, middlebury, sun13, sun13-check, train400\n"
    )
