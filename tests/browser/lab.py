"""A notebook in the real JupyterLab: all its cells run, no error, and its sliders change the figure below them."""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SETTINGS = {
    # Nothing is saved, so that the notebooks stay as they are; no news are fetched; every cell is in the page.
    "docmanager-extension/plugin": {"autosave": False},
    "apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
BOOK = "[...jupyterapp.shell.widgets('main')].find(w => w.sessionContext && w.content && w.content.model)"
READY = f"""(() => {{
  const book = window.jupyterapp && {BOOK};
  const idle = book && book.context.isReady && book.sessionContext.session?.kernel?.status === 'idle';
  return idle && book.content.widgets.length > 0;
}})()"""
# It starts the cells and does not wait: a page may be waited for with a limit, a script may not.
RUN = f"""jupyterapp.shell.activateById({BOOK}.id);
  window.padnetRan = false;
  jupyterapp.commands.execute('notebook:run-all-cells').finally(() => {{ window.padnetRan = true; }});
  undefined"""
ERRORS = f"""[...{BOOK}.content.model.cells].flatMap((cell, number) => cell.type !== 'code' ? [] :
  cell.outputs.toJSON().filter(o => o.output_type === 'error').map(o => `cell ${{number}}: ${{o.ename}}: ${{o.evalue}}`)
  ).concat([...document.querySelectorAll('.jp-Notebook .lm-Widget [data-mime-type="application/vnd.jupyter.error"]')]
  .map(e => 'on the page: ' + e.innerText.trim().split('\\n').pop()))"""
COUNT = f"""(() => {{
  const cells = [...{BOOK}.content.model.cells].filter(c => c.type === 'code' && c.sharedModel.getSource().trim());
  return {{cells: cells.length, run: cells.filter(c => c.executionCount).length}};
}})()"""
SILENT = """[...document.querySelectorAll('.jp-Notebook .jp-OutputArea img')].filter(i => !i.alt.trim()).length"""
NAMELESS = """[...document.querySelectorAll('.jp-Notebook [role=slider]')].filter(e => !e.ariaLabel).length"""
HANDLES = "document.querySelectorAll('.jp-Notebook .widget-slider .noUi-handle')"
# The figure that a slider moves: the first picture that follows its handle in the page.
SOURCE = f"""(() => {{ const handle = {HANDLES}[%d];
  const image = [...document.querySelectorAll('.jp-Notebook img')].find(i => handle.compareDocumentPosition(i) & 4);
  return image ? image.src : ''; }})()"""
FOCUS = f"""(() => {{ const handle = {HANDLES}[%d];
  handle.scrollIntoView({{block: 'center'}}); handle.focus(); return document.activeElement === handle; }})()"""
AT_END = f"""(() => {{ const handle = {HANDLES}[%d];
  return handle.getAttribute('aria-valuenow') === handle.getAttribute('aria-valuemax'); }})()"""


class Lab:
    """JupyterLab on the folder `notebooks`, on loopback; use it in a `with` block, which ends it."""

    def __init__(self, notebooks):
        self.folder = Path(tempfile.mkdtemp(prefix="padnet-lab-"))
        for name, values in SETTINGS.items():
            path = self.folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        own = {
            "JUPYTERLAB_SETTINGS_DIR": self.folder / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": self.folder / "workspaces",
            "JUPYTER_CONFIG_DIR": self.folder / "config",
            "JUPYTER_RUNTIME_DIR": self.folder / "runtime",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        }
        self.token = secrets.token_hex(16)
        (self.folder / "checkpoints").mkdir()
        self.log = open(self.folder / "log", "w+", encoding="utf-8")  # noqa: SIM115 - __exit__ closes it
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--ip=127.0.0.1",
                "--port=0",
                "--allow-root",
                f"--IdentityProvider.token={self.token}",
                "--LabApp.expose_app_in_browser=True",
                f"--AsyncFileCheckpoints.checkpoint_dir={self.folder / 'checkpoints'}",
                f"--ServerApp.root_dir={notebooks}",
            ],
            env={**os.environ, **{key: str(value) for key, value in own.items()}},
            stdout=self.log,
            stderr=self.log,
        )
        self.address = self._address()

    def _address(self):
        for _ in range(600):
            found = re.search(r"http://127\.0\.0\.1:\d+", (self.folder / "log").read_text(encoding="utf-8"))
            if found:
                return found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit(f"padnet: JupyterLab does not start, its log is {self.folder / 'log'}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:  # it waits for its kernels, long where the machine is busy; they end with it
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def check_notebook(browser, lab, path, minutes=10, shots=None):
    """Run all cells of a notebook as a reader does; return (faults, how many sliders were moved)."""
    name, before = path.name, path.read_bytes()
    browser.open(f"{lab.address}/lab/tree/{name}?reset&token={lab.token}")
    if not browser.wait(READY, timeout=120, pause=1):
        return [f"{name}: it does not open in JupyterLab"], 0
    started = time.monotonic()
    browser.script(RUN)
    if not browser.wait("window.padnetRan", timeout=60 * minutes, pause=1):
        return [f"{name}: its cells have not ended after {minutes} minutes"], 0
    time.sleep(2)  # widgets draw after their cell has ended
    faults = browser.script(ERRORS)
    count = browser.script(COUNT)
    if count["run"] < count["cells"]:
        faults.append(f"{count['run']} of {count['cells']} code cells have run")
    print(f"{name}: {count['run']} cells in {time.monotonic() - started:.0f} s")
    for what, how in (("pictures without alternative text", SILENT), ("sliders without a name", NAMELESS)):
        if number := browser.script(how):
            faults.append(f"{number} {what}")
    moved = 0
    for number in range(0 if faults else browser.script(f"{HANDLES}.length")):
        fault = move(browser, number)
        faults += [fault] if fault else []
        moved += not fault
    if shots:
        browser.shot(shots / f"lab-{path.stem.split(chr(95))[0]}.png")
    if path.read_bytes() != before:
        path.write_bytes(before)
        faults.append("the notebook's file was changed")
    faults += [f"a request leaves the machine: {url}" for url in browser.remote()]
    return [f"{name}: {fault}" for fault in faults], moved


def move(browser, number, timeout=60):
    """Move slider `number` by one step with the keyboard; what is wrong, or None when the figure below it changed."""
    before = browser.script(SOURCE % number)
    if not before:
        return f"slider {number} has no figure below it"
    if not browser.script(FOCUS % number):
        return f"slider {number} does not take the keyboard"
    browser.press("ArrowLeft" if browser.script(AT_END % number) else "ArrowRight")
    changed = f"(() => {{ const now = {SOURCE % number}; return now && now !== {json.dumps(before)}; }})()"
    return None if browser.wait(changed, timeout=timeout) else f"the figure below slider {number} does not change"
