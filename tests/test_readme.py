"""The README is true: its commands stand, its code runs and prints what it says, its links lead somewhere."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
COMMANDS = [
    "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/tensorgraph demo",
    "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_stands(command: str) -> None:
    assert command in [line.strip() for line in README.read_text(encoding="utf-8").splitlines()]


def test_the_code_runs(run_page: Callable[[Path], object], tmp_path: Path) -> None:
    run_page(README)
    written = tmp_path / "graph.svg"
    assert written.read_text(encoding="utf-8").rstrip().endswith("</svg>")


PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'(?:src|srcset|href)="([^"]+)"', text)]
    local = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert not [link for link in local if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_cards_shown_are_real(page: Path) -> None:
    """A card that a page quotes stands in the package, letter for letter."""
    cards = re.findall(r"^```text\n(@.*?)^```$", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    package = [path.read_text(encoding="utf-8") for path in (ROOT / "tensorgraph").rglob("*.py")]
    for card in cards:
        assert any(card in source for source in package), f"{page.name} quotes a card that is none:\n{card}"
