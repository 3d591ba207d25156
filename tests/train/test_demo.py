"""The main job, small, and through the command line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tensorgraph.cli import main
from tensorgraph.core.op import OPS
from tensorgraph.train import demo


def test_the_whole_demo_reaches_97_percent_and_draws_three_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--out", str(tmp_path / "new" / "folder")]) == 0
    said = capsys.readouterr().out
    accuracy = re.search(r"Held-out accuracy: ([\d.]+)%", said)
    assert accuracy is not None
    assert float(accuracy.group(1)) >= 97.0
    assert said.count("pass") == 4
    assert "fail" not in said
    for name in ("graph.svg", "curves.svg", "misread.svg"):
        path = tmp_path / "new" / "folder" / name
        assert str(path) in said
        assert ET.parse(path).getroot().tag.endswith("svg")


def test_a_wrong_gradient_fails_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    op = OPS["sigmoid"]
    rule = op.vjps[0]
    assert rule is not None
    monkeypatch.setattr(op, "vjps", (lambda *given: rule(*given) * (1 + 1e-6),))
    small = demo.Setting(sizes=(64, 1, 10), epochs=1)
    assert demo.run(tmp_path, small, quiet=True) == 1


def test_an_interrupt_ends_cleanly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "train", interrupted)
    assert main(["demo"]) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["demo", "--help"], ["render", "--help"], ["--version"]])
def test_help_everywhere(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tensorgraph", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "tensorgraph" in done.stdout
