"""Renew what the documentation takes from the package: its picture and its tables (`python tools/make_docs.py`).

A table stands in a page between two marks, `<!-- made: NAME -->` and `<!-- end -->`; what was between them is replaced.
`tests/test_docs.py` fails when a page or the picture is out of date.
"""

import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path

import tensorgraph as tg
from tensorgraph.core.op import OPS, Op

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


def public_ops() -> list[Op]:
    """The cards that users can call by name."""
    return [op for op in OPS.values() if op.public]


def group(op: Op) -> str:
    """The file of `tensorgraph/ops/` that holds the card."""
    return op.forward.__module__.rpartition(".")[2]


def ops() -> str:
    """All ops, grouped by the file that holds their cards."""
    parts = []
    for title in sorted({group(op) for op in public_ops()}):
        members = sorted((op for op in public_ops() if group(op) == title), key=lambda op: op.name)
        rows = (
            [
                code(f"{op.name}({', '.join(op.operands + op.statics)})"),
                op.doc.partition("\n")[0].replace("|", "\\|"),
                op.family,
                ", ".join(code(f"np.{f.__name__}") for f in op.numpy),
            ]
            for op in members
        )
        parts.append(
            f"\n## {title.capitalize().replace('_', ' ')}\n{table(['op', 'what', 'family', 'in NumPy'], rows)}"
        )
    return "".join(parts)


def subgradients() -> str:
    """The ops that take a choice at a kink or a singular point."""
    chosen = sorted((op for op in public_ops() if op.subgradient), key=lambda op: op.name)
    return table(["op", "there it gives"], ([code(op.name), op.subgradient.replace("|", "\\|")] for op in chosen))


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
