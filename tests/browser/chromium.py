"""A headless Chromium and what a check needs of it: load a page, run a script, press a key, see every request."""

import base64
import itertools
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Nothing that Chromium would fetch by itself; no sandbox, so that it starts as root too.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
LOCAL = re.compile(r"(file:|data:|blob:|about:|chrome:|devtools:|(https?|wss?)://(127\.0\.0\.1|localhost|\[::1\])[:/])")


class Browser:
    """One tab. `requests`: every address that it asked for; `errors`: what went wrong in its console.

    Use it in a `with` block, which ends the browser.
    """

    def __init__(self, width=1400, height=1000, dark=False):
        program = next((shutil.which(name) for name in NAMES if shutil.which(name)), None)
        if program is None:
            raise SystemExit("padnet: there is no Chromium: install it, on Debian with apt-get install chromium")
        self.data = tempfile.mkdtemp(prefix="padnet-browser-")
        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self.data}", f"--window-size={width},{height}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.requests, self.errors, self.ids = [], [], itertools.count(1)
        self.socket = websocket.create_connection(self._address(), timeout=60, enable_multithread=False)
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)  # else nothing in the page has the keyboard
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def _address(self):
        """The address of the tab's socket, as soon as the browser listens."""
        port = Path(self.data) / "DevToolsActivePort"
        for _ in range(300):
            if port.is_file() and port.read_text().strip():
                listing = f"http://127.0.0.1:{port.read_text().split()[0]}/json"
                tabs = json.load(urllib.request.urlopen(listing, timeout=10))
                found = [tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"]
                if found:
                    return found[0]
            time.sleep(0.1)
        raise SystemExit("padnet: Chromium did not start within 30 seconds")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait(timeout=20)
        shutil.rmtree(self.data, ignore_errors=True)

    def call(self, method, timeout=60, **parameters):
        """Call a method of the DevTools protocol and return its result, a dict."""
        number = next(self.ids)
        self.socket.settimeout(timeout)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._event(message)

    def _event(self, message):
        given = message.get("params", {})
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(given["request"]["url"])
        elif message.get("method") == "Network.webSocketCreated":
            self.requests.append(given["url"])
        elif message.get("method") == "Runtime.exceptionThrown":
            details = given["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description") or details["text"])
        elif message.get("method") == "Log.entryAdded" and given["entry"]["level"] == "error":
            self.errors.append(f"{given['entry']['text']} {given['entry'].get('url', '')}")
        elif message.get("method") == "Runtime.consoleAPICalled" and given["type"] == "error":
            self.errors.append(" ".join(str(a.get("value", a.get("description"))) for a in given["args"]))

    def remote(self):
        """The addresses asked for that lie outside this machine."""
        return sorted({url for url in self.requests if not LOCAL.match(url)})

    def script(self, source, timeout=60):
        """The value of a JavaScript expression; a promise is waited for, at most `timeout` seconds."""
        result = self.call(
            "Runtime.evaluate", timeout=timeout, expression=source, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description", source))
        return result["result"].get("value")

    def wait(self, condition, timeout=30, pause=0.2):
        """Wait until a JavaScript expression is true and return its value; None when `timeout` seconds have passed."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            value = self.script(condition)
            if value:
                return value
            time.sleep(pause)
        return None

    def open(self, address):
        """Load a page and wait until it is complete."""
        self.call("Page.navigate", url=address)
        if not self.wait("document.readyState === 'complete' && location.href !== 'about:blank'"):
            raise RuntimeError(f"{address} does not load")

    def press(self, key, code):
        """Press and release a key: key "ArrowRight", code 39."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def shot(self, path, whole=False):
        """Write a PNG of the window, or of the whole page (its first 8000 pixels)."""
        clip = {}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"clip": {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 8000), "scale": 1}}
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole, **clip)["data"]
        Path(path).write_bytes(base64.b64decode(data))
