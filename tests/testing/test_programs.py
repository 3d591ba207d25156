"""Random programs: they run everywhere alike, stay in their ops' domains and read as source."""

import numpy as np

from tensorgraph.core.op import OPS
from tensorgraph.testing.programs import CLOSEST, LARGEST, Program, Step, random_program


def drawn(count=30, **options):
    for seed in range(count):
        rng = np.random.default_rng(seed)
        yield random_program(rng, inputs=int(rng.integers(1, 4)), steps=int(rng.integers(1, 13)), **options)


def values_of(program, args):
    """The operands of every step."""
    values = list(args)
    for step in program.steps:
        op = OPS[step.op]
        given = [values[x] if isinstance(x, int) else x for x in step.operands]
        yield op, step, given
        values.append(op.forward(given, **step.static) if op.variadic else op.forward(*given, **step.static))


def test_every_value_is_finite_and_every_operand_well_inside_its_domain():
    for program, args in drawn():
        for op, step, given in values_of(program, args):
            for i, (x, number) in enumerate(zip(given, step.operands, strict=True)):
                if not isinstance(number, int):
                    continue
                assert np.all(np.abs(x) <= 64 * LARGEST)
                safe = op.domain[0 if op.variadic else i].safe
                assert np.all(np.any([(low <= x) & (x <= high) for low, high in safe], axis=0)) or op.name in {
                    "add",
                    "mean",
                }


def test_competing_values_are_apart():
    for program, args in drawn(60, ops=["maximum", "minimum", "max", "min", "sin", "add"]):
        for op, _, given in values_of(program, args):
            if op.name in {"maximum", "minimum"}:
                assert np.all(np.abs(given[0] - given[1]) >= CLOSEST)


def test_the_same_seed_draws_the_same_program():
    one, xs = random_program(np.random.default_rng(5), steps=6)
    other, ys = random_program(np.random.default_rng(5), steps=6)
    assert repr(one) == repr(other)
    assert all(np.array_equal(x, y) for x, y in zip(xs, ys, strict=True))


def test_every_input_matters():
    """What no step has used is added in at the end, so no gradient is zero for lack of a path."""
    for program, _ in drawn():
        used = {i for step in program.steps for i in step.operands if isinstance(i, int)}
        assert used >= set(range(program.inputs))
        assert len(used) == program.inputs + len(program.steps) - 1


def test_a_program_runs_under_any_meaning_of_the_ops_and_reads_as_source():
    program = Program(2, (Step("multiply", (0, 1), {}), Step("sum", (2,), {"axis": 0}), Step("mean", (3,), {})))
    theirs = {"multiply": np.multiply, "sum": np.sum, "mean": np.mean}
    x, y = np.arange(6.0).reshape(2, 3), np.ones(3)
    assert program.run((x, y), lambda op: theirs[op.name]) == np.mean(np.sum(x * y, axis=0))
    assert program.forward(x, y) == program(x, y).item()
    assert repr(program) == ("lambda x0, x1:\n    v0 = multiply(x0, x1)\n    v1 = sum(v0, axis=0)\n    v2 = mean(v1)")
