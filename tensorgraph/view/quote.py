r"""Our own quoting: text that users wrote, made safe for XML, HTML, DOT and JSON (imports nothing of ours).

One rule for all: what a language can hold comes back from its parser exactly as it was; what it cannot hold (a NUL, a
lone surrogate, …) is shown as the escape that Python's `repr` would show. Nothing is dropped without a trace.

`html.escape` lets through what XML forbids; the graphviz package reads `<...>` as HTML and mis-quotes a trailing
backslash; `json.dumps` leaves `</script>` as it is. Hence these functions, which every writer of a picture or a
page shares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from tensorgraph.errors import ArgumentError

__all__ = ["dot_lines", "dot_string", "json_for_script", "legible", "xml_attr", "xml_text"]

# Everything outside the `Char` production of XML 1.0 (W3C, section 2.2); lone surrogates fall out of it too.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Parsers turn \r into \n everywhere, and \t and \n into spaces inside attributes: only references survive.
_XML: Final = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&#39;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)

# Inside a label, DOT expands \N, \G, \l …, and entities such as &lt;.
_DOT: Final = str.maketrans({"\\": r"\\", '"': r"\"", "&": "&amp;", "\n": r"\n", "\r": "&#13;", "\t": "&#9;"})

_SCRIPT: Final = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"})

# Joiners (Persian words, families of emoji) are invisible and harmless; every other format character is shown, above
# all those that reorder the text around them.
_KEPT: Final = frozenset("\u200c\u200d\u00a0\u3000\u2009\u202f")


def _escape(char: str) -> str:
    return repr(char)[1:-1]


def _escape_match(match: re.Match[str]) -> str:
    return _escape(match[0])


def legible(text: str) -> str:
    r"""The text on one line, with each character that cannot be seen, or that reorders others, shown as its escape.

    >>> legible("W1"), legible("权重"), legible("a\nb\x00"), legible("\u202eexe.gpj")
    ('W1', '权重', 'a\\nb\\x00', '\\u202eexe.gpj')
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in _KEPT else _escape(char) for char in text)


def xml_text(text: str) -> str:
    r"""The text as content of an XML, SVG or HTML element, or of a quoted attribute.

    Parsed, it gives the same text again; a character that XML 1.0 cannot hold appears as its Python escape.

    >>> xml_text("a < b & 'c'"), xml_text("nul\x00, lone \ud800")
    ('a &lt; b &amp; &#39;c&#39;', 'nul\\x00, lone \\ud800')
    """
    return _NOT_XML.sub(_escape_match, text).translate(_XML)


def xml_attr(text: str) -> str:
    """The text as a quoted attribute value, quotes included.

    >>> print("<g class=" + xml_attr('a "b"') + "/>")
    <g class="a &quot;b&quot;"/>
    """
    return f'"{xml_text(text)}"'


def dot_string(text: str) -> str:
    r"""The text as a quoted DOT string, for labels and tooltips: Graphviz shows exactly this text.

    It is never read as an HTML-like label, as a port, as an escape (`\N`) or as an entity. A line feed breaks the
    line, centred. Not for the names of nodes: in those Graphviz reads a backslash differently, so ours are made by us.

    >>> print(dot_string("<b>"), dot_string("a:b"), dot_string("\\N &lt; " + "\\"))
    "<b>" "a:b" "\\N &amp;lt; \\"
    """
    return f'"{_NOT_XML.sub(_escape_match, text).translate(_DOT)}"'


def dot_lines(lines: Iterable[str]) -> str:
    r"""The lines as one quoted DOT label, flush left.

    >>> print(dot_lines(["a\\", "b"]))
    "a\\\lb\l"
    """
    return '"' + "".join(dot_string(line)[1:-1] + r"\l" for line in lines) + '"'


def json_for_script(value: Any) -> str:
    r"""The value as JSON that may stand inside an HTML `<script>` element, in ASCII.

    Raises:
        ArgumentError: the value holds something that JSON has no word for, such as NaN or an array.

    >>> json_for_script({"name": "</script><!--"})
    '{"name":"\\u003c/script\\u003e\\u003c!--"}'
    """
    try:
        text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"this value cannot be written as JSON: {error}") from error
    return text.translate(_SCRIPT)
