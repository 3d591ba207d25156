"""Every example runs, with small settings, and does what it says."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


def program(name: str) -> dict[str, object]:
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))


def test_xor() -> None:
    h = program("xor")["main"](steps=600)
    np.testing.assert_array_equal(np.round(h), [[0], [1], [1], [0]])


def test_digits() -> None:
    assert program("digits")["main"](epochs=3) > 0.8


def test_higher_order() -> None:
    coefficients, minimum = program("higher_order")["main"](terms=6)
    # The odd coefficients of tan follow from the Bernoulli numbers; tanh alternates their signs.
    np.testing.assert_allclose(coefficients, [0, 1, 0, -1 / 3, 0, 2 / 15], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(minimum, [1, 1], rtol=1e-12)


def test_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(EXAMPLES / "picture.py"), run_name="__main__")
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8").startswith("<")


def test_no_example_is_forgotten() -> None:
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert {path.stem for path in EXAMPLES.glob("*.py")} <= tested


@pytest.mark.parametrize("name", ["higher_order"])
def test_an_example_is_a_program(name: str) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / f"{name}.py"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(EXAMPLES.parent), "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    assert "tanh x = 1 x^1" in run.stdout
