"""`FILE.py:NAME`: what is found, what is called, and what is said when it cannot be."""

import sys
from pathlib import Path

import pytest

from tensorgraph.errors import DataError, RenderError
from tensorgraph.view.load import load

PROGRAM = """
import dataclasses
import tensorgraph as tg
import beside

x = tg.tensor(3.0, requires_grad=True, name="x")
y = x * beside.FACTOR
both = {"x": x, "y": y}

class Holder:
    z = y + 1.0

@dataclasses.dataclass
class Point:
    a: float = 1.0

def loss(scale=2.0):
    return y * scale

def needs(a):
    return a

def breaks():
    return tg.matmul(x, y)

def leaves():
    raise SystemExit(3)

if __name__ == "__main__":
    raise RuntimeError("ran as a program")
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "beside.py").write_text("FACTOR = 4.0")
    path = tmp_path / "my model.py"
    path.write_text(PROGRAM)
    return path


@pytest.mark.parametrize(("name", "value"), [("y", 12.0), ("Holder.z", 13.0), ("loss", 24.0)])
def test_names_attributes_and_functions(program: Path, name: str, value: float) -> None:
    assert load(f"{program}:{name}").item() == value


def test_the_search_path_is_left_as_it_was(program: Path) -> None:
    before = list(sys.path)
    load(f"{program}:y")
    program.write_text("import nowhere_to_be_found")
    with pytest.raises(RenderError, match="failed with ModuleNotFoundError"):
        load(f"{program}:y")
    assert sys.path == before


def test_a_container(program: Path) -> None:
    assert load(f"{program}:both")["y"].item() == 12.0


def test_a_class_is_called(program: Path) -> None:
    assert load(f"{program}:Point").a == 1.0


@pytest.mark.parametrize("target", ["model.py", ":y", "model.py:", ""])
def test_not_a_target(target: str) -> None:
    with pytest.raises(DataError, match=r"expected FILE\.py:NAME, such as model\.py:loss, got"):
        load(target)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no file"):
        load(f"{tmp_path / 'none.py'}:y")


def test_no_such_name(program: Path) -> None:
    with pytest.raises(DataError, match=r"has no 'yy'; it has .*x, y, both, Holder"):
        load(f"{program}:yy")
    with pytest.raises(DataError, match=r"my model\.py:Holder has no 'w'; it has z"):
        load(f"{program}:Holder.w")


def test_not_a_program(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("y = 1")
    with pytest.raises(DataError, match=r"its name must end in \.py"):
        load(f"{tmp_path / 'a.txt'}:y")


def test_a_function_that_needs_arguments(program: Path) -> None:
    with pytest.raises(DataError, match=r"needs needs arguments \(missing a required argument: 'a'\)"):
        load(f"{program}:needs")


def test_a_program_that_fails_is_shown_from_its_own_line(program: Path) -> None:
    with pytest.raises(RenderError, match="failed with ShapeError: matmul") as caught:
        load(f"{program}:breaks")
    cause = caught.value.__cause__
    assert cause is not None
    assert cause.__traceback__ is not None
    assert cause.__traceback__.tb_frame.f_code.co_name == "breaks"


def test_a_syntax_error(program: Path) -> None:
    program.write_text("def")
    with pytest.raises(RenderError, match="failed with SyntaxError"):
        load(f"{program}:y")


def test_a_program_that_ends_itself(program: Path) -> None:
    with pytest.raises(RenderError, match="failed with SystemExit: 3"):
        load(f"{program}:leaves")
