"""The layout engine: which one is taken, and what is said when it is missing, wrong, slow or silent."""

import importlib.metadata
import os
import stat
from pathlib import Path

import pytest

from tensorgraph.errors import RenderError
from tensorgraph.view.engine import ENGINE_VARIABLE, find_engine, run_engine

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


@pytest.fixture(autouse=True)
def _no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENGINE_VARIABLE, raising=False)


@pytest.fixture
def nothing_bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    def files(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", files)


@pytest.fixture
def nothing_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_bundled_engine_is_found_without_the_path(nothing_on_the_path: None) -> None:
    assert find_engine().name.startswith("graphviz-pure")
    assert b"<svg" in run_engine("digraph { a -> b }", "svg")


def test_the_variable_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = script(tmp_path / "my engine", 'cat; echo "$@"')
    monkeypatch.setenv(ENGINE_VARIABLE, str(mine))
    assert find_engine() == mine
    assert run_engine("digraph {}", "json0").split() == [b"digraph", b"{}-Kdot", b"-Tjson0"]


def test_the_variable_may_be_a_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = script(tmp_path / "bin" / "mydot", "cat")
    monkeypatch.setenv("PATH", str(mine.parent), prepend=os.pathsep)
    monkeypatch.setenv(ENGINE_VARIABLE, "mydot")
    assert find_engine() == mine


def test_a_wrong_variable_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENGINE_VARIABLE, "/no/such/dot")
    with pytest.raises(RenderError, match=r"TENSORGRAPH_DOT is '/no/such/dot', which is not an executable"):
        find_engine()


@pytest.mark.usefixtures("nothing_bundled")
def test_dot_on_the_path_comes_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dot = script(tmp_path / "bin" / "dot", "cat")
    monkeypatch.setenv("PATH", str(dot.parent), prepend=os.pathsep)
    assert find_engine() == dot


@pytest.mark.usefixtures("nothing_bundled", "nothing_on_the_path")
def test_no_engine_at_all() -> None:
    with pytest.raises(RenderError, match="no layout engine was found: pip install graphviz-pure"):
        run_engine("digraph {}", "json0")


@pytest.mark.usefixtures("nothing_on_the_path")
@pytest.mark.parametrize("target", ["pdf", "png"])
def test_print_formats_need_graphviz(target: str) -> None:
    with pytest.raises(RenderError, match=rf"{target.upper()} needs Graphviz's own dot"):
        find_engine(target)


def test_print_formats_take_dot_even_beside_the_bundled_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dot = script(tmp_path / "bin" / "dot", "cat")
    monkeypatch.setenv("PATH", str(dot.parent), prepend=os.pathsep)
    assert find_engine("pdf") == dot
    assert find_engine("json0") != dot


def test_an_engine_that_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ENGINE_VARIABLE, str(script(tmp_path / "e", "echo 'syntax error' >&2; exit 3")))
    with pytest.raises(RenderError, match=r"failed \(exit 3\) and said: syntax error"):
        run_engine("digraph {}", "json0")


def test_an_engine_that_says_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ENGINE_VARIABLE, str(script(tmp_path / "e", "exit 0")))
    with pytest.raises(RenderError, match=r"failed \(exit 0\) and said: nothing"):
        run_engine("digraph {}", "json0")


def test_an_engine_that_takes_too_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ENGINE_VARIABLE, str(script(tmp_path / "e", "exec sleep 60")))
    with pytest.raises(RenderError, match=r"longer than 0.2 s; draw fewer nodes \(max_nodes=…\)"):
        run_engine("digraph {}", "json0", timeout=0.2)


def test_an_engine_that_cannot_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "e"
    broken.write_bytes(b"\x7fELF no program")
    broken.chmod(0o755)
    monkeypatch.setenv(ENGINE_VARIABLE, str(broken))
    with pytest.raises(RenderError, match=r"could not be started|failed \(exit"):
        run_engine("digraph {}", "json0")
