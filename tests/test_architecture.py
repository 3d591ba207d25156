"""The architecture, enforced: imports point downward, within a folder they form no cycle, a file holds one idea.

The test reads every module's import statements with `ast`, also those inside functions and under `if TYPE_CHECKING:`,
and runs nothing of the package but `import tensorgraph` in a fresh interpreter.
"""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tensorgraph"
MAX_LINES = 300

FLOORS: list[set[str]] = [
    {"_version", "errors", "files", "textbook"},
    {"core"},
    {"ops"},
    {"transforms", "fft", "linalg", "random", "special", "stats"},
    {"replay", "view"},
    {"nn", "optim", "testing", "data"},
    {"train"},
    {"__init__"},
    {"cli"},
    {"__main__"},
]
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}


class Import(NamedTuple):
    """One imported name: `from a.b import c` is `a.b.c`, at a line, at the module's top level or inside a function."""

    target: str
    line: int
    top: bool
    for_types: bool


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(source: str, package: str) -> Iterator[Import]:
    """The imports of a module's source; `package` resolves the relative ones."""

    def visit(node: ast.AST, *, top: bool, for_types: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, top, for_types)
        elif isinstance(node, ast.ImportFrom):
            ancestors = package.split(".")
            base = ancestors[: len(ancestors) - node.level + 1] if node.level else []
            base += [node.module] if node.module else []
            for alias in node.names:
                yield Import(".".join([*base, alias.name]), node.lineno, top, for_types)
        inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        guard = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for child in ast.iter_child_nodes(node):
            yield from visit(child, top=top and not inner, for_types=for_types or guard)

    yield from visit(ast.parse(source), top=True, for_types=False)


def imports_of(module: str) -> list[Import]:
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    return list(imports(path.read_text(encoding="utf-8"), package))


def outside(module: str) -> set[str]:
    """The top-level packages that a module imports, ours included."""
    return {i.target.partition(".")[0] for i in imports_of(module)}


def module_of(target: str) -> str:
    """The module that holds `target`: the longest prefix that is a file of ours."""
    while target not in MODULES:
        assert target, "tensorgraph has no __init__.py"
        target = target.rpartition(".")[0]
    return target


def folder(module: str) -> str:
    """The name that stands in FLOORS: `tensorgraph.core.sweep` → `core`, `tensorgraph` → `__init__`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def ours(module: str) -> list[tuple[str, Import]]:
    return [(module_of(i.target), i) for i in imports_of(module) if i.target.partition(".")[0] == "tensorgraph"]


def climbs(source: str, target: str) -> bool:
    a, b = folder(source), folder(target)
    return a != b and FLOOR[b] >= FLOOR[a]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_stands_on_a_floor_and_imports_downward(module: str) -> None:
    assert folder(module) in FLOOR, f"{module}: which floor? Add {folder(module)!r} to FLOORS and docs/architecture.md"
    here = folder(module)
    wrong = [
        f"{MODULES[module].relative_to(ROOT)}:{i.line} imports {i.target}: "
        f"{folder(target)} (floor {FLOOR[folder(target)]}) does not lie below {here} (floor {FLOOR[here]})"
        for target, i in ours(module)
        if climbs(module, target)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_documented_floors_are_these() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", page, flags=re.MULTILINE)
    documented = {name: int(floor) for floor, names in rows for name in re.findall(r"`(\w+)`", names)}
    standing = {folder(module) for module in MODULES}
    assert documented == {name: floor for name, floor in FLOOR.items() if name in standing}


def test_no_cycles() -> None:
    """Imports for annotations only may point at a sibling that imports us; all others may not."""
    graph = {
        module: {t for t, i in ours(module) if not i.for_types and t != module and not module.startswith(t + ".")}
        for module in MODULES
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("import cycle: " + " ← ".join(error.args[1]))


@pytest.mark.parametrize("module", [m for m in MODULES if m != "tensorgraph"])  # whose one idea is a list of names
def test_a_file_holds_one_idea(module: str) -> None:
    lines = MODULES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= MAX_LINES, f"{module} has {lines} lines: split it by nouns (at most {MAX_LINES}, aim for 250)"


@pytest.mark.parametrize("module", [m for m, path in MODULES.items() if path.stat().st_size])
def test_a_module_says_what_it_is(module: str) -> None:
    docstring = ast.get_docstring(ast.parse(MODULES[module].read_text(encoding="utf-8")))
    assert docstring, f"{module} opens without a docstring"
    if claimed := re.search(r"\(floor (\d+)", docstring):
        assert int(claimed[1]) == FLOOR[folder(module)]


def test_the_textbook_is_independent() -> None:
    """The oracle imports nothing of ours: a bug in the engine cannot reach it."""
    assert outside("tensorgraph.textbook") <= {"numpy", *sys.stdlib_module_names}


def test_only_testing_imports_hypothesis() -> None:
    assert {folder(module) for module in MODULES if "hypothesis" in outside(module)} <= {"testing"}


def declared() -> set[str]:
    """Import names of the dependencies that every installation has."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {requirement.partition(">")[0].strip() for requirement in project["dependencies"]}
    return {name.replace("-", "_") for name in names}


@pytest.mark.parametrize("module", MODULES)
def test_outside_imports_are_declared(module: str) -> None:
    """What an extra brings is imported inside the function that needs it, with an error that names the extra."""
    known = declared() | set(sys.stdlib_module_names) | {"tensorgraph"}
    if folder(module) == "testing":
        known.add("hypothesis")
    strangers = [i for i in imports_of(module) if i.top and not i.for_types]
    wrong = [f"line {i.line}: {i.target}" for i in strangers if i.target.partition(".")[0] not in known]
    assert not wrong, f"{module} imports at its top level what pyproject.toml does not list: {wrong}"


def test_import_stays_light() -> None:
    """`import tensorgraph` loads no extra, no test tool and nothing that only a command needs."""
    program = "import json, sys, tensorgraph; print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    heavy = {"hypothesis", "scipy", "sympy", "numba", "torch", "jax", "sklearn", "onnx", "mpi4py", "pytest"}
    assert not heavy & set(json.loads(run.stdout))


def test_the_checks_can_fail() -> None:
    """Planted: an upward and a sideways import are seen, in a function too; a downward one and a sibling pass."""
    assert climbs("tensorgraph.core.op", "tensorgraph.ops.arithmetic")
    assert climbs("tensorgraph.nn.linear", "tensorgraph")
    assert climbs("tensorgraph.nn.linear", "tensorgraph.optim.sgd")
    assert not climbs("tensorgraph.ops.arithmetic", "tensorgraph.core.op")
    assert not climbs("tensorgraph.core.sweep", "tensorgraph.core.op")
    source = "def f():\n    from ..ops import sums as s\nif TYPE_CHECKING:\n    import tensorgraph.core.op\n"
    assert list(imports(source, "tensorgraph.core")) == [
        Import("tensorgraph.ops.sums", 2, top=False, for_types=False),
        Import("tensorgraph.core.op", 4, top=True, for_types=True),
    ]
