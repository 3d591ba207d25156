"""The dtypes and their functions: against NumPy's."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, DtypeError

NAMES = [
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
    "longdouble",
    "complex64",
    "complex128",
]


@pytest.mark.parametrize("name", NAMES)
def test_dtypes_are_those_of_tensors(name):
    dtype = getattr(tg, name)
    assert tg.zeros(2, dtype=dtype).dtype == dtype == getattr(np, name)
    assert {dtype: 1}[tg.zeros(2, dtype=dtype).dtype] == 1
    with pytest.raises(TypeError):
        hash(dtype) and dtype()


@pytest.mark.parametrize("name", [n for n in NAMES if n[0] in "flc"])
def test_finfo(name):
    found, expected = tg.finfo(getattr(tg, name)), np.finfo(getattr(np, name))
    for field in ("bits", "eps", "max", "min", "smallest_normal"):
        assert getattr(found, field) == float(getattr(expected, field))
        assert type(getattr(found, field)) is (int if field == "bits" else float)
    assert found.dtype == expected.dtype
    assert tg.finfo(tg.zeros(1, getattr(tg, name))) == found


@pytest.mark.parametrize("name", [n for n in NAMES if "int" in n])
def test_iinfo(name):
    found, expected = tg.iinfo(getattr(tg, name)), np.iinfo(getattr(np, name))
    assert (found.bits, found.max, found.min, found.dtype) == (
        expected.bits,
        expected.max,
        expected.min,
        expected.dtype,
    )


def test_limits_of_the_wrong_kind():
    for function, dtype in ((tg.finfo, int), (tg.iinfo, float), (tg.iinfo, bool), (tg.finfo, "nothing")):
        with pytest.raises(DtypeError, match=r"dtype"):
            function(dtype)


@pytest.mark.parametrize("a", NAMES)
@pytest.mark.parametrize("b", NAMES)
def test_casts_and_promotion(a, b):
    x, y = tg.zeros(1, getattr(tg, a)), getattr(tg, b)
    assert tg.can_cast(x, y) == tg.can_cast(x.dtype, y) == np.can_cast(getattr(np, a), getattr(np, b))
    assert tg.result_type(x, y) == np.result_type(getattr(np, a), getattr(np, b)) == np.result_type(x, y)


def test_numbers_are_weak():
    assert tg.result_type(tg.float32, 1.0) == np.float32
    assert tg.result_type(tg.int8, 1) == np.int8
    assert tg.result_type(tg.tensor(np.float32(1)), 1j) == np.complex64
    with pytest.raises(DtypeError, match="result_type"):
        tg.result_type("nothing")


def test_isdtype():
    assert tg.isdtype(tg.float32, "real floating")
    assert tg.isdtype(tg.int8, ("unsigned integer", tg.int8))
    assert not tg.isdtype(tg.complex64, "integral")
    with pytest.raises(ArgumentError, match="isdtype"):
        tg.isdtype(tg.float32, "floaty")


def test_constants():
    import math

    assert (tg.e, tg.pi, tg.inf, tg.newaxis) == (math.e, math.pi, math.inf, None)
    assert math.isnan(tg.nan)
