"""Settings that hold for every test, and fixtures that several folders share."""

import contextlib
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# How long a draw takes says nothing about whether a gradient is right.
# (The profile of a CI run, which Hypothesis chooses there, draws the same examples each time.)
settings.register_profile("tensorgraph", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("tensorgraph")
# For a night: pytest --hypothesis-profile=thorough. The tests over the registry multiply their draws too.
settings.register_profile("thorough", settings.get_profile("tensorgraph"), max_examples=2000)

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PRINTED = re.compile(r"print\(.*\)  # (.*)$")


@pytest.fixture
def run_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], dict[str, Any]]:
    """A function that runs the python blocks of a Markdown page, one after the other, in an empty folder.

    What a line `print(...)  # text` says that it prints is what it must print. Gives back the variables.
    """
    monkeypatch.chdir(tmp_path)

    def run(page: Path) -> dict[str, Any]:
        text = page.read_text(encoding="utf-8")
        scope: dict[str, Any] = {"__name__": "__page__"}
        for block in BLOCK.finditer(text):
            source = block[1]
            above = text.count("\n", 0, block.start(1))  # so that a traceback shows the page's own line
            code = compile("\n" * above + source, str(page), "exec")
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(code, scope)
            promised = [match[1] for line in source.splitlines() if (match := PRINTED.search(line))]
            assert printed.getvalue().splitlines() == promised, f"{page.name}, block at line {above}"
        return scope

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; a test that asks for it carries `@pytest.mark.browser`."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the extra 'dev' (playwright)")
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("needs chromium on the PATH")
    flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=[*flags.split(), "--disable-component-update", "--disable-sync"]
        )
        yield chromium
        chromium.close()
