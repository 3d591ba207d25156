"""Renew what the documentation takes from the package: its picture and its tables (`python tools/make_docs.py`).

A table stands in a page between two marks, `<!-- made: NAME -->` and `<!-- end -->`; what was between them is replaced.
`tests/test_docs.py` fails when a page or the picture is out of date.
"""

import collections
import inspect
import itertools
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import tensorgraph as tg
from tensorgraph.core.op import COMPOSITIONS, OPS, Op

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PICTURE = DOCS / "assets" / "graph.svg"
MADE = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def picture() -> str:
    """The picture at the head of the README, drawn from examples/picture.py."""
    loss = runpy.run_path(str(ROOT / "examples" / "picture.py"))["loss"]
    return str(tg.render(loss))


def code(text: str) -> str:
    """Inline code in a cell of a table, where a bar would end the cell."""
    return f"`{text}`".replace("|", "\\|") if text else ""


def table(heads: list[str], rows: Iterator[list[str]]) -> str:
    """A table in Markdown, with a blank line on either side."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in lines) + "\n"


class Entry(NamedTuple):
    """A row of the table of ops."""

    group: str
    path: str
    aliases: tuple[str, ...]
    parameters: tuple[str, ...]
    doc: str
    family: str
    numpy: tuple[Any, ...]
    subgradient: str


def paths() -> dict[int, list[str]]:
    """By which paths users reach each public object, the shortest first: `sin`, `special.erf`."""
    faces = {"": tg, **{f"{name}.": part for name in tg.__all__ if isinstance(part := getattr(tg, name), ModuleType)}}
    found = collections.defaultdict(list)
    for prefix, face in faces.items():
        for name in face.__all__:
            found[id(getattr(face, name))].append(prefix + name)
    return found


def entries() -> list[Entry]:
    """The ops, and the functions made of ops, that users can call."""
    reach = paths()
    listed = []
    for made in (*OPS.values(), *COMPOSITIONS.values()):
        known = reach.get(id(made.function))
        if not known:
            continue
        body = made.forward if isinstance(made, Op) else made.body
        path = next((path for path in known if path.rpartition(".")[2] == made.name), known[0])
        listed.append(
            Entry(
                group=body.__module__.rpartition(".")[2].capitalize().replace("_", " "),
                path=path,
                aliases=tuple(other for other in known if other != path),
                parameters=tuple(inspect.signature(made.function).parameters),
                doc=made.doc.partition("\n")[0],
                family=made.family if isinstance(made, Op) else "composition",
                numpy=made.numpy,
                subgradient=made.subgradient if isinstance(made, Op) else "",
            )
        )
    return sorted(listed, key=lambda entry: (entry.group, entry.path))


def ops() -> str:
    """All ops, grouped by the file that holds their cards."""
    parts = []
    for title, members in itertools.groupby(entries(), key=lambda entry: entry.group):
        rows = (
            [
                " ".join([code(f"{entry.path}({', '.join(entry.parameters)})"), *map(code, entry.aliases)]),
                entry.doc.replace("|", "\\|"),
                entry.family,
                ", ".join(code(f"np.{f.__name__}") for f in entry.numpy),
            ]
            for entry in members
        )
        parts.append(f"\n## {title}\n{table(['op', 'what', 'family', 'in NumPy'], rows)}")
    return "".join(parts)


def subgradients() -> str:
    """The ops that take a choice at a kink or a singular point."""
    chosen = sorted((entry.path, entry.subgradient) for entry in entries() if entry.subgradient)
    return table(["op", "there it gives"], ([code(path), choice.replace("|", "\\|")] for path, choice in chosen))


TABLES: dict[str, Callable[[], str]] = {"ops": ops, "subgradients": subgradients}


def renewed() -> Iterator[tuple[Path, str]]:
    """Each file that takes something from the package, with what it should hold."""
    yield PICTURE, picture()
    for page in sorted(DOCS.rglob("*.md")):
        old = page.read_text(encoding="utf-8")
        new = MADE.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], old)
        if MADE.search(old):
            yield page, new


def main() -> None:
    """Write what has changed, and say so."""
    for path, text in renewed():
        changed = not path.exists() or path.read_text(encoding="utf-8") != text
        if changed:
            path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {'renewed' if changed else 'up to date'}")


if __name__ == "__main__":
    main()
