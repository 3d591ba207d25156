"""An extension of griffe, which reads the docstrings for the site: it fences the doctests as console code.

Our docstrings are plain text, as `help()` shows it best; Markdown would take `>>>` for a quotation in a quotation.
"""

import re
from typing import Any

import griffe

# A doctest: from a prompt to the next blank line, at any indentation.
DOCTEST = re.compile(r"^([ \t]*)>>> .*(?:\n(?![ \t]*$).*)*", re.MULTILINE)


def fence(docstring: str) -> str:
    """`docstring` with a fence around each run of examples."""
    fenced = DOCTEST.sub(lambda found: f"{found[1]}```pycon\n{found[0]}\n{found[1]}```", docstring)
    return re.sub(r"\n[ \t]*```\n\n[ \t]*```pycon\n", "\n\n", fenced)


class Doctests(griffe.Extension):
    """Fence the doctests of every object that is loaded."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called once per object."""
        if obj.docstring:
            obj.docstring.value = fence(obj.docstring.value)
