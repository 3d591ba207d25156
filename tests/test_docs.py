"""The documentation is true: every doctest of the package passes, and every code block of the site runs."""

import doctest
import importlib
import pkgutil
import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.op import OPS

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md"))
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(tg.__path__, "tensorgraph.")
    if not module.name.endswith("__main__")  # importing it runs the command line
)
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def run(test: doctest.DocTest) -> None:
    report: list[str] = []
    results = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append)
    assert not results.failed, "".join(report)


@pytest.mark.parametrize("module", MODULES)
def test_doctests(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # an example may write a file
    subject = importlib.import_module(module)
    for test in doctest.DocTestFinder(exclude_empty=True).find(subject, extraglobs={"tg": tg, "np": np}):
        run(test)


@pytest.mark.parametrize("name", OPS)
def test_doctests_of_ops(name: str) -> None:
    """A card is an object, not a function, so doctest's own search passes it by."""
    parser = doctest.DocTestParser()
    run(parser.get_doctest(OPS[name].doc, {"tg": tg, "np": np}, name, None, None))


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_code_blocks(page: Path, run_page: Callable[[Path], object]) -> None:
    run_page(page)


def test_what_is_made_from_the_package_is_up_to_date() -> None:
    """The tables and the picture are those that the package makes today."""
    renewed = runpy.run_path(str(ROOT / "tools" / "make_docs.py"))["renewed"]
    stale = [str(path.relative_to(ROOT)) for path, text in renewed() if path.read_text(encoding="utf-8") != text]
    assert not stale, f"run python tools/make_docs.py: {stale}"
