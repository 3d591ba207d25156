"""200 names that want to be code, in a real browser: no dialog, no request, nothing run, nothing added to the page."""

import itertools
from pathlib import Path
from typing import Any

import pytest

import tensorgraph as tg

CODE = "window.pwned=1;alert(1)"
SEEDS = [
    f"<script>{CODE}</script>",
    f"<img src=x onerror={CODE}>",
    f"<svg onload={CODE}>",
    f"<image href='x' onerror='{CODE}'/>",
    "<image href='http://127.0.0.1:9/leak.png'/>",
    "<use href='http://127.0.0.1:9/leak.svg#x'/>",
    f"<a xlink:href='javascript:{CODE}'><text>click</text></a>",
    f"<animate onbegin={CODE} attributeName=x dur=1s>",
    f"<foreignObject><body onload={CODE}></foreignObject>",
    f"<iframe srcdoc='<script>parent.{CODE}</script>'>",
    "<style>@import url(http://127.0.0.1:9/leak.css);</style>",
    "<link rel=stylesheet href=http://127.0.0.1:9/leak.css>",
    "<set attributeName=href to=http://127.0.0.1:9/>",
    f"&lt;script&gt;{CODE}&lt;/script&gt;",
    f"&#60;script&#62;{CODE}&#60;/script&#62;",
    f"<!ENTITY x SYSTEM 'http://127.0.0.1:9/'>&x;{CODE}",
    "<?xml-stylesheet href='http://127.0.0.1:9/leak.css'?>",
    f"<ScRiPt\x00>{CODE}</ScRiPt\x0b>",
    f"<script\u2028>{CODE}//",
    f"\ud800<script>{CODE}</script>",
]
CONTEXTS = [
    "{}",
    "</text>{}<text>",
    "</title>{}<title>",
    "</style>{}<style>",
    '">{}<g a="',
    "'>{}<g a='",
    "]]>{}<![CDATA[",
    "-->{}<!--",
    "</svg>{}<svg>",
    '" onmouseover="window.pwned=1;alert(1)" x="{}',
]
PAYLOADS = [context.replace("{}", seed) for context, seed in itertools.product(CONTEXTS, SEEDS)]


def picture(names: list[str]) -> str:
    leaves = [tg.tensor(1.0, requires_grad=True, name=name) for name in names]
    out = tg.stack(leaves)
    out.name = names[0]
    out._notes = {"frames": [(name, 0, out._stamp + 1 + i) for i, name in enumerate(names[:3])]}
    return str(tg.render(out))


def test_there_are_200() -> None:
    assert len(set(PAYLOADS)) == 200


@pytest.mark.browser
def test_nothing_happens(browser: Any, tmp_path: Path) -> None:
    dialogs: list[str] = []
    requests: list[str] = []
    errors: list[str] = []
    page = browser.new_page()
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    file = tmp_path / "graph.svg"
    for start in range(0, len(PAYLOADS), 20):
        batch = PAYLOADS[start : start + 20]
        svg, plain = picture(batch), picture([f"n{i}" for i in range(20)])
        file.write_text(svg, encoding="utf-8")
        requests.clear()
        page.goto(file.as_uri())
        assert page.evaluate("document.querySelector('parsererror') === null")
        assert [url for url in requests if url != file.as_uri()] == []
        _poke(page)
        page.goto("about:blank")
        page.set_content(f"<!doctype html><title>t</title><body>{plain}")
        expected = page.evaluate("document.querySelectorAll('*').length")
        requests.clear()
        page.set_content(f"<!doctype html><title>t</title><body>{svg}")
        assert page.evaluate("document.querySelectorAll('*').length") == expected
        _poke(page)
        assert requests == []
    assert (dialogs, errors) == ([], [])
    page.close()


def _poke(page: Any) -> None:
    """Rest the pointer on what the names might have turned into handlers, then look for a trace."""
    page.evaluate(
        "document.querySelectorAll('*').forEach(e => ['mouseover', 'focus', 'click', 'begin', 'load', 'error']"
        ".forEach(n => e.dispatchEvent(new Event(n))))"
    )
    assert page.evaluate("window.pwned === undefined")


@pytest.mark.browser
def test_the_browser_would_notice(browser: Any) -> None:
    """Planted: the first payload, unescaped, does run."""
    page = browser.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.set_content(f"<!doctype html><body><svg>{SEEDS[0]}</svg>")
    assert page.evaluate("window.pwned") == 1
    assert dialogs == ["1"]
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_browser_fits_the_text_and_wears_the_scheme(browser: Any, scheme: str) -> None:
    """Measured by the browser itself: every text inside the box of its node, every colour that of the scheme."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    names = [
        "W1",
        "权重矩阵·第一层",
        "重み付き和",
        "손실 함수",
        "🎉 emoji",
        "مرحبا",
        "Ω δ²∂",
        "e\u0301" * 20,
        "m" * 60,
        "i" * 60,
    ]
    out = tg.sum(tg.stack([tg.tensor(1.0, requires_grad=True, name=name) for name in names]))
    page.set_content(f"<!doctype html><body style='margin:0'>{tg.render(out)}")
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.tg-node')].flatMap(node => {
            const box = node.querySelector('.tg-card').getBoundingClientRect();
            return [...node.querySelectorAll('text')].filter(text => {
                const t = text.getBoundingClientRect();
                return t.left < box.left || t.right > box.right || t.top < box.top || t.bottom > box.bottom + 2;
            }).map(text => text.textContent);
        })"""
    )
    assert outside == []
    paper = page.evaluate("getComputedStyle(document.querySelector('.tg-paper')).fill")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 21, 28)"}[scheme]
    context.close()
