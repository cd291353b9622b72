"""A headless Chromium, driven by Playwright, that keeps what a check asks of it: every request and every error."""

import re
import shutil

from playwright.sync_api import TimeoutError as Late, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
TALLEST = 8000  # pixels of a page that a picture of it shows
LOCAL = re.compile(r"(file:|data:|blob:|about:|chrome:|devtools:|(https?|wss?)://(127\.0\.0\.1|localhost|\[::1\])[:/])")


def program():
    """The path of an installed Chromium, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One tab. `requests`: every address that it asked for; `errors`: what went wrong in its console.

    width, height: of the window in pixels. dark: what the pages are told of the reader's taste.
    Use it in a `with` block, which ends the browser.
    """

    def __init__(self, width=1400, height=1000, dark=False):
        if program() is None:
            raise SystemExit("padnet: there is no Chromium: install it, on Debian with apt-get install chromium")
        self.requests, self.errors = [], []
        self.playwright = sync_playwright().start()
        # Playwright's own flags keep Chromium from fetching anything by itself, and from its sandbox, which root has not.
        self.browser = self.playwright.chromium.launch(executable_path=program(), args=["--disable-quic"])
        scheme = "dark" if dark else "light"
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        context.on("request", lambda request: self.requests.append(request.url))
        self.page = context.new_page()
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._said)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.close()
        self.playwright.stop()

    def _said(self, message):
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location.get('url', '')}".strip())

    def remote(self):
        """The addresses asked for that lie outside this machine."""
        return sorted({url for url in self.requests if not LOCAL.match(url)})

    def script(self, source):
        """The value of a JavaScript expression; a promise is waited for."""
        return self.page.evaluate(source)

    def wait(self, condition, timeout=30, pause=0.2):
        """Wait until a JavaScript expression is true and return its value; None when `timeout` seconds have passed.

        pause: seconds between two looks.
        """
        try:
            return self.page.wait_for_function(condition, timeout=1000 * timeout, polling=1000 * pause).json_value()
        except Late:
            return None

    def open(self, address):
        """Load a page and wait until it is complete."""
        self.page.goto(address)

    def press(self, key):
        """Press and release a key, such as "ArrowRight"."""
        self.page.keyboard.press(key)

    def shot(self, path, whole=False):
        """Write a PNG of the window, or of the whole page, its first TALLEST pixels."""
        clip = None
        if whole:
            width, height = self.script("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
            clip = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
        self.page.screenshot(path=path, full_page=whole, clip=clip)
