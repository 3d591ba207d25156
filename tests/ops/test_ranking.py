"""Losses on probabilities, margins and ranks, beside MyGrad and by finite differences."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DtypeError, IndexingError, ShapeError
from tensorgraph.testing import check_grads

rng = np.random.default_rng(0)
SCORES = rng.normal(size=(5, 4)) * 2
LABELS = np.array([0, 3, 1, 1, 2])
P = np.exp(SCORES) / np.exp(SCORES).sum(axis=1, keepdims=True)
WEIGHTS = np.array([0.5, 1.0, 2.0, 3.0])

PAIRS = {
    "negative_log_likelihood": (np.log(P), {}),
    "negative_log_likelihood with weights": (np.log(P), {"weights": WEIGHTS}),
    "focal_loss": (P, {"alpha": 0.5, "gamma": 2.0}),
    "focal_loss without focus": (P, {}),
    "softmax_focal_loss": (SCORES, {"alpha": 2.0, "gamma": 1.5}),
    "multiclass_hinge": (SCORES, {"hinge": 0.7}),
    "softmax_crossentropy": (SCORES, {}),
}


@pytest.mark.parametrize("name", PAIRS)
def test_value_and_gradient_agree_with_mygrad(name):
    mygrad = pytest.importorskip("mygrad", reason="the extra bench is not installed")
    x, keywords = PAIRS[name]
    theirs = mygrad.tensor(x)
    loss = getattr(mygrad.nnet.losses, name.split()[0])(theirs, LABELS, **keywords).sum()
    loss.backward()
    value, gradient = tg.value_and_grad(lambda x: getattr(tg.nn, name.split()[0])(x, LABELS, **keywords).sum())(x)
    assert value.item() == pytest.approx(loss.item(), rel=1e-13)
    np.testing.assert_allclose(gradient.numpy(), theirs.grad, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("name", PAIRS)
def test_derivatives_of_both_modes_and_orders(name):
    x, keywords = PAIRS[name]
    check_grads(lambda x: getattr(tg.nn, name.split()[0])(x, LABELS, **keywords), [x])


@pytest.mark.parametrize("order", [1, -1, np.array([1, -1, 1, 1, -1])])
def test_margin_ranking(order):
    x, y = SCORES, SCORES[::-1] + 0.3
    signs = np.reshape(order, (-1, 1)) if np.ndim(order) else order
    expected = np.mean(np.maximum(0, 0.7 - signs * (x - y)))
    loss = tg.nn.margin_ranking_loss(x, y, order, margin=0.7)
    assert loss.item() == pytest.approx(expected, rel=1e-14)
    check_grads(lambda x, y: tg.nn.margin_ranking_loss(x, y, order, margin=0.7), [x, y])


def test_samples_may_have_several_leading_axes():
    x, labels = SCORES[:4].reshape(2, 2, 4), LABELS[:4].reshape(2, 2)
    assert tg.nn.softmax_focal_loss(x, labels, gamma=1).shape == (2, 2)
    assert tg.nn.multiclass_hinge(x, labels).item() == tg.nn.multiclass_hinge(SCORES[:4], LABELS[:4]).item()


def test_gradient_flows_to_the_class_weights():
    check_grads(lambda w: tg.nn.negative_log_likelihood(np.log(P), LABELS, weights=w), [WEIGHTS])


def test_an_impossible_class_elsewhere_does_no_harm():
    x = np.log(P)
    x[0, 1] = -np.inf
    assert np.isfinite(tg.nn.negative_log_likelihood(x, LABELS).item())
    assert np.isfinite(tg.grad(lambda x: tg.nn.negative_log_likelihood(x, LABELS))(x).numpy()).all()


ERRORS = {
    "too few labels": (lambda: tg.nn.focal_loss(P, LABELS[:2]), ShapeError),
    "class too large": (lambda: tg.nn.focal_loss(P, LABELS + 1), IndexingError),
    "class no integer": (lambda: tg.nn.focal_loss(P, LABELS.astype(float)), DtypeError),
    "no sample": (lambda: tg.nn.focal_loss(P[:0], LABELS[:0]), ShapeError),
    "too few weights": (lambda: tg.nn.negative_log_likelihood(P, LABELS, weights=WEIGHTS[:2]), ShapeError),
    "shapes differ": (lambda: tg.nn.margin_ranking_loss(P, P[:2], 1, margin=1.0), ShapeError),
    "orders differ": (lambda: tg.nn.margin_ranking_loss(P, P, LABELS[:2], margin=1.0), ShapeError),
}


@pytest.mark.parametrize("mistake", ERRORS)
def test_errors_teach(mistake):
    call, error = ERRORS[mistake]
    with pytest.raises(error, match=r"expected|integers"):
        call()
