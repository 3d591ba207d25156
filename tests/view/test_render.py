"""Files: the suffix decides, the content is whole, an error leaves the old file; notebooks get the same picture."""

import os
import stat
import sys
import threading
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import tensorgraph as tg
from tensorgraph.errors import RenderError
from tensorgraph.view import SVG


@pytest.fixture
def loss() -> tg.Tensor:
    x = tg.tensor([1.0, 2.0], requires_grad=True, name="x")
    return tg.sum(x * x)


def test_svg(loss: tg.Tensor, tmp_path: Path) -> None:
    path = tmp_path / "graph.svg"
    picture = tg.render(loss, path)
    assert isinstance(picture, SVG)
    assert path.read_text(encoding="utf-8") == str(picture) == picture._repr_svg_()
    assert ET.fromstring(path.read_bytes()).tag.endswith("svg")
    assert [file.name for file in tmp_path.iterdir()] == ["graph.svg"]


def test_a_path_as_text_and_in_capitals(loss: tg.Tensor, tmp_path: Path) -> None:
    tg.render(loss, str(tmp_path / "GRAPH.SVG"))
    assert (tmp_path / "GRAPH.SVG").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize("suffix", [".dot", ".gv"])
def test_dot_needs_no_engine(loss: tg.Tensor, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENSORGRAPH_DOT", "/no/such/dot")
    picture = tg.render(loss, tmp_path / f"graph{suffix}")
    assert (tmp_path / f"graph{suffix}").read_text(encoding="utf-8") == tg.to_dot(loss).source
    with pytest.raises(RenderError, match="TENSORGRAPH_DOT"):
        str(picture)


@pytest.mark.parametrize("name", ["graph", "graph.html", "graph.svg.gz", ".svg"])
def test_an_unknown_suffix(loss: tg.Tensor, tmp_path: Path, name: str) -> None:
    with pytest.raises(RenderError, match=r"ends in \.svg, \.dot, \.gv, \.pdf or \.png, got .*" + name):
        tg.render(loss, tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
@pytest.mark.parametrize("suffix", ["pdf", "png"])
def test_print_formats_come_from_graphviz(
    loss: tg.Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    dot = tmp_path / "bin" / "dot"
    dot.parent.mkdir()
    dot.write_text(f'#!/bin/sh\n[ "$2" = -T{suffix} ] || exit 1\nprintf drawn; cat\n')
    dot.chmod(dot.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(dot.parent), prepend=os.pathsep)
    tg.render(loss, tmp_path / f"graph.{suffix}")
    assert (tmp_path / f"graph.{suffix}").read_text(encoding="utf-8") == f"drawn{tg.to_dot(loss).source}"


def test_an_error_leaves_the_old_file(loss: tg.Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "graph.svg"
    path.write_text("old")
    monkeypatch.setenv("TENSORGRAPH_DOT", "/no/such/dot")
    with pytest.raises(RenderError):
        tg.render(loss, path)
    assert path.read_text() == "old"
    with pytest.raises(OSError, match="No such file"):
        tg.render(loss, tmp_path / "no folder" / "graph.dot")


def test_a_picture_lets_the_graph_go() -> None:
    x = tg.tensor(1.0, requires_grad=True)
    y = tg.exp(x)
    picture = tg.render(y)
    assert sys.getrefcount(y) == 2
    assert repr(picture) == "<SVG picture; .save(path) writes it>"


def test_pictures_from_threads(loss: tg.Tensor) -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.append(str(tg.render(loss)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1


def test_a_notebook_shows_the_graph_of_a_computed_tensor(loss: tg.Tensor) -> None:
    assert loss._repr_svg_() == str(tg.render(loss))
    assert tg.tensor(1.0, requires_grad=True)._repr_svg_() is None


def test_a_notebook_without_engine_shows_the_text(loss: tg.Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENSORGRAPH_DOT", "/no/such/dot")
    assert loss._repr_svg_() is None


def test_nothing_runs_and_nothing_else_is_opened(loss: tg.Tensor, tmp_path: Path) -> None:
    """Seen by Python's own audit events: one program is started, one folder written to, nothing is looked up."""
    tg.render(loss, tmp_path / "warm.svg")
    events: list[tuple[str, tuple]] = []
    watching = True

    def audit(event: str, arguments: tuple) -> None:
        if watching:
            events.append((event, arguments))

    sys.addaudithook(audit)
    tg.render(loss, tmp_path / "graph.svg")
    watching = False
    seen = {event for event, _ in events}
    assert not {"exec", "compile", "import", "os.system", "urllib.Request"} & seen
    assert not any(event.startswith("socket") for event in seen)
    assert sum(event == "subprocess.Popen" for event, _ in events) == 1
    written = {str(a[0]) for event, a in events if event == "open" and a[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)}
    assert all(Path(path).parent == tmp_path for path in written if path != os.devnull and not path.isdigit())
