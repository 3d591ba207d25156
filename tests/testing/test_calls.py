"""Operands for cards: of the case's shapes, in the domain, of the right kind; a card that gives no hint is refused."""

import dataclasses

import numpy as np
import pytest

from tensorgraph.core.op import OPS, Case, case
from tensorgraph.errors import ArgumentError
from tensorgraph.testing.calls import SPACING, call_of, cases_of


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_shapes_domain_and_dtype(rng):
    call = call_of(OPS["divide"], case((40,), (40,)), rng, np.float32)
    assert [x.dtype for x in call.values] == [np.float32, np.float32]
    assert np.abs(call.values[1]).min() >= 0.5
    assert call.free == (0, 1)


def test_complex_operands_have_imaginary_parts(rng):
    (x,) = call_of(OPS["log"], case((40,)), rng, np.complex128).values
    assert x.real.min() >= 0.5
    assert np.ptp(x.imag) > 1.0


def test_operands_without_gradient(rng):
    where = call_of(OPS["where"], case((30,), (30,), ()), rng)
    assert where.operands[0].dtype == bool
    assert where.free == (1, 2)
    scaled = call_of(OPS["ldexp"], case((3,), (3,)), rng)
    assert scaled.operands[1].dtype.kind == "i"
    assert scaled.free == (0,)


def test_operands_of_an_op_without_gradient(rng):
    assert call_of(OPS["less"], case((3,), (3,)), rng).operands[0].dtype.kind == "f"
    assert call_of(OPS["bitwise_and"], case((3,), (3,)), rng).operands[0].dtype.kind == "i"


def test_distinct_values_are_apart_across_all_operands(rng):
    call = call_of(OPS["maximum"], case((4, 3), (3,)), rng)
    pool = np.concatenate([x.ravel() for x in call.values])
    assert np.diff(np.sort(pool)).min() >= SPACING - 1e-9


def test_arrays_on_the_card_are_taken_nearly_as_they_are(rng):
    matrix = np.array([[2.0, 0.5], [0.5, 1.0]])
    call = call_of(OPS["cholesky"], case(matrix), rng, np.float32)
    ratio = call.values[0] / matrix
    assert np.ptp(ratio) < 1e-6
    assert 0.9 <= ratio[0, 0] <= 1.1
    assert call.values[0].dtype == np.float32
    indices = np.array([2, 0])
    taken = call_of(OPS["take"], case((4,), indices), rng)
    assert taken.operands[1] is indices
    assert taken.free == (0,)


def test_the_function_of_the_free_operands(rng):
    call = call_of(OPS["concatenate"], case([(2, 3), (1, 3)], axis=0), rng)
    found = call.function(*call.values)
    np.testing.assert_array_equal(found.numpy(), np.concatenate(call.operands))
    np.testing.assert_array_equal(call.forward(*call.values), np.concatenate(call.operands))
    assert repr(call) == "concatenate(float64[2, 3], float64[1, 3], axis=0)"


def test_elementwise_cards_need_no_cases_and_others_do():
    shapes = [c.shapes for c in cases_of(dataclasses.replace(OPS["add"], cases=()))]
    assert ((), (2,)) in shapes
    assert any(0 in shape for pair in shapes for shape in pair)
    with pytest.raises(ArgumentError, match="sum: a card of the family linear needs cases="):
        cases_of(dataclasses.replace(OPS["sum"], cases=()))
    assert cases_of(dataclasses.replace(OPS["sum"], cases=(Case(((3,),), {}),))) == (Case(((3,),), {}),)
