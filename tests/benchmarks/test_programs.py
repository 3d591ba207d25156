"""The programs run from the checkout and print a table; nothing here depends on how fast anything is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STEP = ("--nets", "2-3-1", "--rounds", "3", "--seconds", "0.001")


def run(*arguments):
    environment = os.environ | {"PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_step_prints_a_table():
    out = run("-m", "benchmarks.step", *STEP, "--peers", "tensorgraph", "numpy", "numpy-out")
    assert "2-3-1, batch 1" in out
    assert "NumPy by hand, out=" in out
    assert "ours/theirs" in out
    assert "versions  numpy" in out


def test_step_as_a_script_gives_json():
    out = run("benchmarks/step.py", *STEP, "--json", "--peers", "tensorgraph", "numpy")
    found = json.loads(out)
    ours, numpy = found["nets"]["2-3-1"]["tensorgraph"], found["nets"]["2-3-1"]["numpy"]
    assert len(ours["rounds"]) == len(numpy["rounds"]) == 3
    assert ours["checked_loss"] == pytest.approx(numpy["checked_loss"], rel=1e-5)
    assert found["machine"]["threads"] == 1


def test_overhead_covers_recorded_and_unrecorded_ops():
    found = json.loads(run("-m", "benchmarks.overhead", "--rounds", "2", "--seconds", "0.0001", "--json"))
    assert {"add", "sum", "getitem", "multiply", "exp", "matmul", "reshape"} == {case["op"] for case in found["cases"]}
    assert all(len(case["recorded_over"]) == len(case["unrecorded_over"]) == 3 for case in found["cases"])
    assert "goal < 0.5" in run("benchmarks/overhead.py", "--rounds", "2", "--seconds", "0.0001")


def test_scale_measures_both_shapes():
    out = run("-m", "benchmarks.scale", "--largest", "10000", "--rounds", "1", "--engines", "tensorgraph")
    assert "diamond" in out
    assert "10,000" in out
    assert out.count("tensorgraph grows with the power") == 2


def test_operators_check_what_they_time():
    small = ("--rounds", "2", "--seconds", "0.001", "--peers", "tensorgraph")
    found = json.loads(run("-m", "benchmarks.operators", *small, "--tasks", "J-input", "H-input", "--json"))
    assert all(task["tensorgraph"]["error"] < 1e-4 for task in found["tasks"].values())
    out = run("benchmarks/operators.py", *small, "--tasks", "J-parameters")
    assert "Jacobian by the parameters, 10 × 2410" in out
