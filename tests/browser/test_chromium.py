"""The browser of `make browser` sees requests, errors, keys and values; where no Chromium is installed nothing is tested."""

import pytest
from PIL import Image

chromium = pytest.importorskip("chromium", reason="the extra `browser` is not installed")
pytestmark = pytest.mark.skipif(chromium.program() is None, reason="no Chromium is installed")

PAGE = """<!doctype html><title>toy</title><style>body {{ height: 9000px }}</style>
<img src="missing.png" alt=""><script src="{address}"></script>
<script>
  console.error("said", 1); console.warn("not an error");
  addEventListener("keydown", event => document.title = event.key);
  setTimeout(() => {{ window.late = {{value: 3}}; throw new Error("thrown"); }}, 100);
</script>"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """A browser after it has loaded PAGE, and the page's folder."""
    folder = tmp_path_factory.mktemp("page")
    # An address that no name server knows and no machine answers.
    (folder / "page.html").write_text(PAGE.format(address="http://nowhere.invalid/a.js"))
    with chromium.Browser(width=400, height=300, dark=True) as browser:
        browser.open((folder / "page.html").as_uri())
        assert browser.wait("window.late", timeout=20) == {"value": 3}
        yield browser, folder


def test_requests_and_errors_are_kept(seen):
    browser, folder = seen
    assert browser.remote() == ["http://nowhere.invalid/a.js"]
    assert (folder / "missing.png").as_uri() in browser.requests
    told = "\n".join(browser.errors)
    assert "said 1" in told and "thrown" in told and "missing.png" in told and "not an error" not in told


def test_scripts_keys_and_waiting(seen):
    browser, _ = seen
    assert browser.script("Promise.resolve([1, {a: null}])") == [1, {"a": None}]
    assert browser.script("matchMedia('(prefers-color-scheme: dark)').matches")
    browser.press("ArrowLeft")
    assert browser.script("document.title") == "ArrowLeft"
    assert browser.wait("window.never", timeout=0.5) is None


def test_pictures_of_the_window_and_of_the_page(seen):
    browser, folder = seen
    for name, whole, size in (("window", False, (400, 300)), ("page", True, (400, chromium.TALLEST))):
        browser.shot(folder / f"{name}.png", whole=whole)
        assert Image.open(folder / f"{name}.png").size == size


def test_no_chromium_is_one_sentence(monkeypatch):
    monkeypatch.setattr(chromium, "NAMES", ("no-such-browser",))
    with pytest.raises(SystemExit, match="there is no Chromium: install it"):
        chromium.Browser()
