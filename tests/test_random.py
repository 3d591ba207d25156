"""Random tensors: NumPy's own streams, and gradients through location and scale."""

import copy

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError
from tensorgraph.testing import check_grads

LOCATED = ["normal", "laplace", "logistic", "gumbel", "uniform", "lognormal"]
SCALED = ["exponential", "rayleigh"]


@pytest.mark.parametrize("name", LOCATED)
@pytest.mark.parametrize("parameters", [(), (0.5, 2.0), (np.array([0.5, 1.0]), 3.0), (1, 2)], ids=repr)
@pytest.mark.parametrize("size", [None, 2, (3, 2)])
def test_the_stream_is_numpys(name, parameters, size):
    found = getattr(tg.random, name)(*parameters, size=size, seed=3)
    expected = np.asarray(getattr(np.random.default_rng(3), name)(*parameters, size=size))
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-14)


@pytest.mark.parametrize("name", SCALED)
def test_scales_too(name):
    found = getattr(tg.random, name)([1.0, 2.0], size=(4, 2), seed=3)
    np.testing.assert_allclose(
        found.numpy(), getattr(np.random.default_rng(3), name)([1.0, 2.0], size=(4, 2)), rtol=1e-14
    )
    check_grads(lambda scale: getattr(tg.random, name)(scale, (4, 2), seed=3), (np.array([1.0, 2.0]),))


@pytest.mark.parametrize("name", LOCATED)
def test_gradients_through_the_parameters(name):
    check_grads(lambda a, b: getattr(tg.random, name)(a, b, size=(3, 2), seed=5), (np.array([0.3, -0.2]), 1.5))


def test_a_generator_goes_on():
    rng = tg.random.default_rng(0)
    first, second = rng.normal(size=3), tg.random.normal(size=3, seed=rng)
    expected = np.random.default_rng(0).normal(size=6)
    np.testing.assert_array_equal(tg.concat([first, second]).numpy(), expected)
    assert tg.random.default_rng(rng) is rng
    assert repr(rng) == "tensorgraph.random.Generator(PCG64)"
    assert copy.deepcopy(rng).random().item() == rng.random().item()


def test_without_a_seed_draws_differ():
    assert tg.random.random().item() != tg.random.random().item()


def test_dtypes():
    assert tg.random.normal(tg.tensor(np.float32(1)), 2.0).dtype == np.float32
    assert tg.random.random(3, np.float32).dtype == np.float32
    assert tg.random.integers(5, size=3, dtype=np.int8).dtype == np.int8
    assert tg.random.standard_normal((2, 2), seed=1).shape == (2, 2)


def test_integers_permutation_choice():
    np.testing.assert_array_equal(
        tg.random.integers(2, 9, 20, seed=4).numpy(), np.random.default_rng(4).integers(2, 9, 20)
    )
    np.testing.assert_array_equal(tg.random.permutation(6, seed=4).numpy(), np.random.default_rng(4).permutation(6))
    np.testing.assert_array_equal(
        tg.random.choice(6, 3, replace=False, seed=4).numpy(), np.random.default_rng(4).choice(6, 3, replace=False)
    )
    x = np.arange(6.0).reshape(3, 2)
    order = tg.random.permutation(3, seed=4).numpy()
    assert tg.random.permutation(x, seed=4).tolist() == x[order].tolist()
    assert tg.random.choice(x, 4, p=[0.0, 1.0, 0.0]).tolist() == x[[1] * 4].tolist()
    assert tg.random.choice([1.0, 2.0], seed=0).shape == ()
    check_grads(lambda x: tg.random.permutation(x, axis=1, seed=4), (x,))
    check_grads(lambda x: tg.random.choice(x, (2, 2), seed=4), (x,))


@pytest.mark.parametrize("name", ["poisson", "gamma", "standard_cauchy", "multivariate_normal", "beta"])
def test_other_distributions_are_constants(name):
    parameters = {"poisson": (3.0,), "gamma": (2.0,), "standard_cauchy": (), "beta": (1.0, 2.0)}.get(
        name, ([0.0, 0.0], np.eye(2))
    )
    found = getattr(tg.random.default_rng(9), name)(*map(tg.tensor, parameters), size=4)
    np.testing.assert_array_equal(found.numpy(), getattr(np.random.default_rng(9), name)(*parameters, size=4))
    for parameter in parameters[:1]:
        with pytest.raises(ArgumentError, match="no smooth function"):
            getattr(tg.random.default_rng(9), name)(tg.tensor(parameter, requires_grad=True), *parameters[1:])


def test_refusals():
    with pytest.raises(ArgumentError, match="scale ≥ 0"):
        tg.random.normal(0.0, -1.0)
    with pytest.raises(ArgumentError, match="no room"):
        tg.random.normal(np.zeros(3), size=2)
    with pytest.raises(ArgumentError, match="no smooth function"):
        tg.random.choice(2, p=tg.tensor([0.5, 0.5], requires_grad=True))
    with pytest.raises(AttributeError, match="shuffle"):
        tg.random.default_rng(0).shuffle(np.ones(2))
