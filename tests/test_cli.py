"""The command line: exit codes, messages, and the two ways to call it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tensorgraph import __version__, cli

PROGRAM = "import tensorgraph as tg\nx = tg.tensor(3.0, requires_grad=True, name='x')\ny = x * x\nz = 1\n"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(PROGRAM)
    return "model.py"


def test_render(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", f"{program}:y"]) == 0
    assert capsys.readouterr().out == "graph.svg\n"
    assert Path("graph.svg").read_text(encoding="utf-8").startswith("<svg")


def test_render_options(program: str) -> None:
    options = ["-o", "a.svg", "--direction", "LR", "--theme", "dark", "--no-legend", "--max-nodes", "0"]
    assert cli.main(["render", f"{program}:y", *options]) == 0
    text = Path("a.svg").read_text(encoding="utf-8")
    assert 'class="tg tg-dark"' in text
    assert "tg-legend" not in text


def test_what_cannot_be_drawn(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", f"{program}:z"]) == 1
    assert capsys.readouterr().err == (
        "tensorgraph render: expected a Tensor, or nested lists, tuples, dicts or dataclasses of Tensors, got int "
        "without a single Tensor in it\n"
    )
    assert cli.main(["render", f"{program}:y", "-o", "no/graph.svg"]) == 1
    assert "No such file or directory" in capsys.readouterr().err


def test_a_program_that_fails_shows_where(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(program).write_text("def f():\n    return 1 / 0\n")
    assert cli.main(["render", f"{program}:f"]) == 1
    error = capsys.readouterr().err
    assert 'model.py", line 2, in f' in error
    assert error.endswith("tensorgraph render: model.py failed with ZeroDivisionError: division by zero\n")


def test_ctrl_c(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(program).write_text("def f():\n    raise KeyboardInterrupt\n")
    assert cli.main(["render", f"{program}:f"]) == 130
    assert capsys.readouterr().err.strip() == "interrupted"


@pytest.mark.parametrize("arguments", [[], ["paint"], ["render"], ["render", "a.py:x", "--theme", "sepia"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "usage: tensorgraph" in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], *([c.name] for c in cli.COMMANDS)])
def test_help_everywhere(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main([*command, "--help"])
    assert stop.value.code == 0
    assert "usage: tensorgraph" in capsys.readouterr().out


def test_as_a_module() -> None:
    command = [sys.executable, "-m", "tensorgraph", "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    assert run.stdout == f"tensorgraph {__version__}\n"
