"""Widths of text: nothing that is cut is still too long, and what fits is left alone."""

from hypothesis import given
from hypothesis import strategies as st

from tensorgraph.view.measure import fit, is_certain, text_width


@given(st.text(max_size=60), st.floats(10, 300), st.floats(6, 20))
def test_what_was_cut_fits(text: str, width: float, size: float) -> None:
    shown = fit(text, max(width, size), size)
    assert text_width(shown, size) <= max(width, size) + 1e-9
    if text_width(text, size) <= width:
        assert shown == text
    else:
        head, _, tail = shown.partition("…")
        assert text.startswith(head)
        assert text.endswith(tail)


def test_east_asian_characters_are_wide() -> None:
    assert text_width("权重", 10) == 20
    assert text_width("重み", 10) == 20
    assert text_width("가중", 10) == 20


def test_marks_take_no_room() -> None:
    assert text_width("e\u0301", 10) == text_width("e", 10)


def test_emoji_are_wider_than_letters() -> None:
    assert text_width("🎉", 10) > text_width("权", 10)


def test_only_known_widths_are_certain() -> None:
    assert is_certain("W1 ± é …")
    assert not is_certain("权重")
    assert not is_certain("🎉")


def test_an_ellipsis_never_splits_a_letter_from_its_mark() -> None:
    text = "abcdefgh" + "e\u0301" * 30
    for width in range(30, 200, 7):
        assert not fit(text, width, 10).partition("…")[2].startswith("\u0301")
