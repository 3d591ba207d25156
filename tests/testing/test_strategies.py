"""The strategies draw what they promise, with the rare cases among it; without hypothesis the package still imports."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.core.domains import POSITIVE, REALS, Domain
from tensorgraph.core.op import OPS
from tensorgraph.errors import ArgumentError
from tensorgraph.testing import Verdict, check_grads, strategies
from tensorgraph.testing.calls import SPACING

ROOT = Path(__file__).parents[2]
KINKED = Domain(low=-1.0, high=4.0, holes=(0.5,), kinks=(2.0,))


@given(strategies.shapes(min_dims=1, max_dims=2, min_side=2, max_side=3))
def test_shapes_stay_in_their_bounds(shape):
    assert 1 <= len(shape) <= 2
    assert all(2 <= n <= 3 for n in shape)


def test_shapes_shrink_to_the_simplest_and_include_the_odd_ones():
    assert find(strategies.shapes(), lambda _: True) == ()
    assert find(strategies.shapes(), lambda shape: 0 in shape) == (0,)


@given(st.integers(1, 4).flatmap(strategies.broadcastable))
def test_broadcastable_shapes_broadcast(shapes):
    np.broadcast_shapes(*shapes)


def test_broadcastable_shapes_differ():
    stretched = find(strategies.broadcastable(2), lambda pair: len(pair[0]) > len(pair[1]) >= 1)
    assert stretched[0] != stretched[1]


@given(strategies.dtypes(half=True, complex_=True))
def test_dtypes_have_gradients(dtype):
    tg.tensor(np.zeros(2, dtype), requires_grad=True)


@given(strategies.arrays(domain=KINKED, dtype=strategies.dtypes()))
def test_arrays_keep_away_from_ends_holes_and_kinks(x):
    margin = 1e-6 if x.dtype == np.float32 else 1e-12
    assert np.all((x >= -0.5 - margin) & (x <= 3.5 + margin))
    assert np.all(np.abs(x - 0.5) >= 0.5 - margin)
    assert np.all(np.abs(x - 2.0) >= 0.25 - margin)


@given(strategies.arrays((3, 4), distinct=True))
def test_distinct_elements_are_apart(x):
    assert np.all(np.diff(np.sort(x, axis=None)) >= SPACING - 1e-9)


def test_distinct_elements_have_no_room_in_a_bounded_domain():
    with pytest.raises(ArgumentError, match="distinct elements are drawn from all reals"):
        strategies.arrays((3,), domain=POSITIVE, distinct=True)


@pytest.mark.parametrize(
    "name", ["power", "maximum", "where", "concatenate", "getitem", "ldexp", "less", "bitwise_and"]
)
def test_calls_can_be_made(name):
    @settings(max_examples=15)
    @given(strategies.calls(name, dtype=strategies.dtypes()))
    def check(call):
        found = call.function(*call.values)
        np.testing.assert_array_equal(found.numpy(), call.forward(*call.values))
        assert call.op is OPS[name]
        assert name in repr(call)

    check()


def test_calls_of_an_elementwise_op_broadcast_in_new_ways():
    call = find(strategies.calls("multiply"), lambda call: sorted(x.ndim for x in call.operands) == [1, 3])
    assert call.function(*call.values).ndim == 3


@settings(max_examples=30)
@given(strategies.graphs(max_steps=6))
def test_graphs_run_on_arrays_and_tensors_and_have_right_gradients(drawn):
    program, args = drawn
    found = program(*args)
    assert found.shape == ()
    np.testing.assert_allclose(found.numpy(), program.forward(*args), rtol=1e-13)
    assert check_grads(program, args, order=1, directions=1, inconclusive="return").verdict is not Verdict.FAIL


def test_graphs_have_what_makes_graphs_hard():
    """Fan-out, reductions, several inputs, many different ops, in a fair share of the draws."""
    seen = Counter()
    ops = set()

    @settings(max_examples=60, database=None, derandomize=True)
    @given(strategies.graphs())
    def collect(drawn):
        program, _ = drawn
        used = Counter(i for step in program.steps for i in step.operands if isinstance(i, int))
        seen["all"] += 1
        seen["fan-out"] += max(used.values()) > 1
        seen["inputs"] += program.inputs > 1
        ops.update(step.op for step in program.steps)

    collect()
    assert seen["fan-out"] > 0.2 * seen["all"]
    assert seen["inputs"] > 0.2 * seen["all"]
    assert len(ops) > 40
    assert {"mean", "add"} < ops


def test_graphs_of_chosen_ops():
    program, _ = find(strategies.graphs(ops=["tanh", "multiply"]), lambda drawn: len(drawn[0].steps) > 3)
    assert {step.op for step in program.steps} <= {"tanh", "multiply", "mean", "add"}
    assert repr(program).startswith("lambda x0")


def test_without_hypothesis_only_the_strategies_are_missing():
    program = (
        "import sys\n"
        "sys.modules['hypothesis'] = None\n"
        "import tensorgraph as tg\n"
        "assert tg.testing.check_grads(tg.sin, (0.5,)).verdict is tg.testing.Verdict.PASS\n"
        "try:\n"
        "    tg.testing.strategies\n"
        "except ImportError as error:\n"
        "    print(type(error).__name__, error)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.startswith("MissingExtraError tensorgraph.testing.strategies needs the extra 'test'")


def test_domains_without_bounds_are_all_reals():
    low, high = REALS.safe[0]
    x = find(strategies.arrays((50,)), lambda x: True)
    assert np.all((x >= low) & (x <= high))
