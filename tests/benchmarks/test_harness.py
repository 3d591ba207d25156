"""The harness: who fails is told, who is absent is skipped, figures and tables are readable."""

import os
import time

import pytest

from benchmarks import machine
from benchmarks.harness import (
    Contestant,
    Policy,
    Result,
    calibrate,
    compete,
    figure,
    isolated,
    quartiles,
    ratios,
    table,
)

POLICY = Policy(rounds=4, seconds=0.001)


def sleeper(seconds):
    return lambda: time.sleep(seconds), {"slept": seconds}


def absent():
    raise ModuleNotFoundError("No module named 'peer'")


def broken():
    raise ArithmeticError("other numbers")


def breaks_later():
    calls = iter(range(40))
    return lambda: next(calls), {}


def dies():
    os._exit(3)


def test_a_race_gives_one_figure_per_round_and_skips_the_absent():
    slow, gone, fast = compete(
        [Contestant("slow", sleeper, (0.004,)), Contestant("gone", absent), Contestant("fast", sleeper, (0.001,))],
        POLICY,
    )
    assert len(slow.seconds) == len(fast.seconds) == POLICY.rounds
    assert min(slow.seconds) >= 0.004
    assert slow.facts["slept"] == 0.004
    assert gone.skipped == "No module named 'peer'"
    assert gone.summary() == {"label": "gone", "skipped": "No module named 'peer'"}
    assert slow.summary()["median"] >= 0.004
    assert slow.share < 0.9  # it slept


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (broken, "it failed:.*other numbers"),
        (breaks_later, "StopIteration"),
        (dies, "it: its process ended with code 3"),
    ],
)
def test_a_failing_contestant_stops_the_race_with_its_reason(prepare, told):
    with pytest.raises(RuntimeError, match=f"(?s){told}"):
        compete([Contestant("it", prepare)], Policy(rounds=50, seconds=1e-6))


def sizes(n):
    return {"n": float(n)}


def endless():
    time.sleep(60)


def test_isolated_returns_figures_or_the_reason():
    assert isolated(sizes, (3,), limit=60) == {"n": 3.0}
    assert isolated(absent, (), limit=60) == "skipped: No module named 'peer'"
    assert "ArithmeticError: other numbers" in isolated(broken, (), limit=60)
    assert isolated(dies, (), limit=60) == "ended with code 3"
    assert isolated(endless, (), limit=0.2) == "given up after 0.2 s"


def test_a_ratio_is_taken_within_a_round():
    # The machine was three times slower in the second half: the ratio does not see it.
    ours = Result("ours", [1.0, 1.0, 3.0, 3.0])
    theirs = Result("theirs", [2.0, 2.0, 6.0, 6.0])
    assert ratios(ours, theirs) == (0.5, 0.5, 0.5)
    assert quartiles([4.0]) == (4.0, 4.0, 4.0)
    assert quartiles([1.0, 2.0, 3.0, 4.0, 5.0]) == (2.0, 3.0, 4.0)


def test_a_burst_is_about_as_long_as_asked():
    assert 3 <= calibrate(lambda: time.sleep(0.001), 0.01) <= 10
    assert calibrate(lambda: time.sleep(0.01), 0.001) == 1


@pytest.mark.parametrize(
    ("value", "text"), [(0.0312, "0.031"), (1.239, "1.24"), (18.34, "18.3"), (12345.6, "12,346"), (0.0, "0")]
)
def test_figures_have_three_digits(value, text):
    assert figure(value) == text


def test_a_table_is_aligned():
    lines = table(["net", "µs"], [["long name", "1"], ["x", "1,000"]]).splitlines()
    assert lines == ["net           µs", "---------  -----", "long name      1", "x          1,000"]


def test_the_header_names_versions_policies_and_overrides(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    text = machine.header(machine.describe(1, "on", "cpu"), "Title")
    assert text.startswith("Title\n=====\n")
    for part in ("pinned to core 1", "numpy 2", "1 thread each", "garbage collector on", "cpu clock"):
        assert part in text
    assert "WARNING   not the stock setting: OPENBLAS_CORETYPE=Haswell" in text
