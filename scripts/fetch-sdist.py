#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Downloads one source archive from the package index that pip is configured to use.

    fetch-sdist.py PACKAGE FILE TARGET

Nothing of the package is built or run, which `pip download` would do to learn its dependencies. The index is PIP_INDEX_URL, pip's own
configuration, or pip's built-in default. Every failure is one line on standard error and exit status 1.
"""

import html.parser
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

TIMEOUT = 60  # seconds without a byte


class Links(html.parser.HTMLParser):
    """Collects (text, href) of a simple index page (PEP 503)."""

    def __init__(self):
        super().__init__()
        self.found, self.href = [], None

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.href = dict(attributes).get("href")

    def handle_data(self, data):
        if self.href:
            self.found.append((data.strip(), self.href))
            self.href = None


def index_url() -> str:
    """The configured index, without a slash at the end."""
    url = os.environ.get("PIP_INDEX_URL", "")
    for command in (
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        [sys.executable, "-c", "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"],
    ):
        if not url:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            url = done.stdout.strip() if done.returncode == 0 else ""
    if not url:
        raise SystemExit("engine: pip is missing; install it (Debian and Ubuntu: apt-get install python3-pip)")
    return url.rstrip("/")


def open_url(url: str):
    request = urllib.request.Request(url, headers={"Accept": "text/html, */*;q=0.1"})
    return urllib.request.urlopen(request, timeout=TIMEOUT)


def download(url: str, target: str) -> None:
    """Writes the body to a file and says how far it is, at most once a second."""
    with open_url(url) as response, open(target, "wb") as file:
        total = int(response.headers.get("Content-Length", 0))
        done, said = 0, time.monotonic()
        while block := response.read(1 << 20):
            file.write(block)
            done += len(block)
            if sys.stderr.isatty() and time.monotonic() - said > 1:
                said = time.monotonic()
                share = f" of {total >> 20}" if total else ""
                print(f"\rengine: downloading, {done >> 20}{share} MB", end="", file=sys.stderr)
        if sys.stderr.isatty():
            print(file=sys.stderr)
        if total and done != total:
            raise OSError(f"the download ended after {done} of {total} bytes")


def main() -> None:
    package, file, target = sys.argv[1:]
    try:
        page = f"{index_url()}/{package}/"
        with open_url(page) as response:
            links = Links()
            links.feed(response.read().decode("utf-8", "replace"))
            base = response.geturl()
        matching = [href for text, href in links.found if text == file]
        if not matching:
            raise SystemExit(f"engine: the package index does not list {file}")
        print(f"engine: downloading {file}", file=sys.stderr)
        download(urllib.parse.urljoin(base, matching[0].split("#")[0]), target)
    except urllib.error.URLError as error:
        raise SystemExit(
            f"engine: the package index cannot be reached ({error.reason}); check the network and pip's index-url"
        ) from None
    except OSError as error:
        raise SystemExit(f"engine: downloading {file} failed: {error}") from None


if __name__ == "__main__":
    main()
