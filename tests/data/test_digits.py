import doctest
import hashlib
from importlib.resources import files

import numpy as np
import pytest

import tensorgraph.data.digits as module
from tensorgraph.data import Digits, load_digits
from tensorgraph.errors import ArgumentError, DtypeError


def test_the_digits_are_the_published_ones():
    digits = load_digits()
    assert digits.images.shape == (1797, 8, 8)
    assert digits.labels.shape == (1797,)
    # The class counts that the data set's own description states for its test part.
    assert np.bincount(digits.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    # Every pixel and label, in order.
    sixteenths = (digits.images * 16).astype(np.uint8)
    digest = hashlib.sha256(sixteenths.tobytes() + digits.labels.astype(np.uint8).tobytes()).hexdigest()
    assert digest == "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"


def test_the_digits_are_those_of_scikit_learn():
    datasets = pytest.importorskip("sklearn.datasets")
    pixels, labels = datasets.load_digits(return_X_y=True)
    digits = load_digits()
    np.testing.assert_array_equal(digits.x, pixels / 16)
    np.testing.assert_array_equal(digits.labels, labels)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_pixels_are_exact_sixteenths_in_any_floating_type(dtype):
    digits = load_digits(dtype)
    assert digits.images.dtype == digits.x.dtype == digits.y.dtype == np.dtype(dtype)
    assert digits.labels.dtype == np.int64
    np.testing.assert_array_equal(np.unique(digits.images), np.arange(17) / 16)


@pytest.mark.parametrize("dtype", [int, bool, complex, "U3", object])
def test_other_types_are_refused(dtype):
    with pytest.raises(DtypeError, match="dtype must be a real floating type, got"):
        load_digits(dtype)


def test_x_and_y_are_rows_for_a_net():
    digits = load_digits()
    np.testing.assert_array_equal(digits.x[5], digits.images[5].ravel())
    np.testing.assert_array_equal(digits.y, digits.labels[:, None] == np.arange(10))
    assert load_digits().split(test=0)[1].y.shape == (0, 10)


def test_the_arrays_cannot_be_written():
    for digits in (load_digits(), *load_digits().split()):
        for array in (digits.images, digits.labels, digits.x):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1


@pytest.mark.parametrize("count", [0, 1, 360, 1797, np.int64(5)])
def test_split_holds_out_the_last(count):
    digits = load_digits()
    train, test = digits.split(test=count)
    assert (len(train), len(test)) == (1797 - count, count)
    np.testing.assert_array_equal(np.concatenate([train.images, test.images]), digits.images)
    np.testing.assert_array_equal(np.concatenate([train.labels, test.labels]), digits.labels)
    assert train.x.shape == (1797 - count, 64)
    assert test.y.shape == (count, 10)


def test_split_holds_out_360_by_default():
    assert [len(part) for part in load_digits().split()] == [1437, 360]


@pytest.mark.parametrize("count", [-1, 1798, 0.2, "360", None])
def test_a_bad_split_is_refused(count):
    with pytest.raises(ArgumentError, match="test is a number of digits, an integer from 0 to 1797, got"):
        load_digits().split(test=count)


def test_repr_is_one_short_line():
    assert repr(Digits(np.zeros((2, 8, 8)), np.zeros(2, np.int64))) == (
        "Digits(n=2, images=(2, 8, 8) float64, labels=(2,))"
    )


def test_the_attribution_lies_beside_the_data():
    notice = files("tensorgraph.data").joinpath("digits.LICENSE.md").read_text(encoding="utf-8")
    for fact in ("Alpaydin", "Kaynak", "CC BY 4.0", "https://doi.org/10.24432/C50P49", "Changes"):
        assert fact in notice


def test_its_examples_run():
    assert doctest.testmod(module).failed == 0
