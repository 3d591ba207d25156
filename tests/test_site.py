"""The site builds without a warning, loads nothing from elsewhere, and shows every page in a light and a dark theme."""

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md"))

pytestmark = pytest.mark.browser


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, built from a copy of its sources."""
    pytest.importorskip("zensical", reason="needs the extra 'docs' (zensical)")
    pytest.importorskip("mkdocstrings", reason="needs the extra 'docs' (mkdocstrings)")
    place = tmp_path_factory.mktemp("site")
    for folder in ("docs", "tools", "tensorgraph"):
        shutil.copytree(ROOT / folder, place / folder)
    shutil.copy(ROOT / "mkdocs.yml", place)
    build = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    built = subprocess.run(build, cwd=place, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    handler = functools.partial(Quiet, directory=place / "site")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_shows(site: str, browser: Any, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith((site, "data:", "blob:")) else complaints.append(r.url))
    for name in PAGES:
        path = name.removesuffix("index.md").replace(".md", "/")
        response = page.goto(site + path, wait_until="load")
        assert response.status == 200, path
        assert page.locator("h1").first.is_visible(), path
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)"), path
        backdrop = page.evaluate("getComputedStyle(document.body).backgroundColor")
        dark = sum(map(int, backdrop.strip("rgba()").split(",")[:3])) < 3 * 128
        assert dark == (scheme == "dark"), f"{path}: {backdrop}"
    page.close()
    assert not complaints
