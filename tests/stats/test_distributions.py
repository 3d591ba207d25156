"""Densities and distributions: SciPy's values, derivatives in every parameter, and the edges of supports."""

import warnings

import numpy as np
import pytest
import scipy.stats

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tensorgraph.testing import check_grads

rng = np.random.default_rng(0)
N = 5
PARAMETERS = {
    "norm": lambda: [rng.normal(size=N), rng.normal(size=N), rng.uniform(0.5, 2, N)],
    "beta": lambda: [
        rng.uniform(0.3, 0.8, N),
        *rng.uniform(0.6, 4, (2, N)),
        rng.uniform(-0.1, 0, N),
        rng.uniform(1, 1.2, N),
    ],
    "gamma": lambda: [
        rng.uniform(0.7, 4, N),
        rng.uniform(0.5, 4, N),
        rng.uniform(-0.2, 0.1, N),
        rng.uniform(0.7, 2, N),
    ],
    "chi2": lambda: [rng.uniform(0.7, 4, N), rng.uniform(0.5, 4, N), rng.uniform(-0.2, 0.1, N), rng.uniform(0.7, 2, N)],
    "t": lambda: [rng.normal(size=N) * 2, rng.uniform(0.5, 6, N), rng.normal(size=N), rng.uniform(0.7, 2, N)],
}
FUNCTIONS = [(d, f) for d in PARAMETERS for f in getattr(tg.stats, d).__all__]


@pytest.mark.parametrize(("distribution", "function"), FUNCTIONS)
def test_values_are_scipys_in_every_precision(distribution, function):
    ours, theirs = (getattr(getattr(stats, distribution), function) for stats in (tg.stats, scipy.stats))
    parameters = PARAMETERS[distribution]()
    np.testing.assert_allclose(ours(*parameters).numpy(), theirs(*parameters), rtol=1e-13)
    single = ours(parameters[0].astype(np.float32), *(float(p[0]) for p in parameters[1:]))
    assert single.dtype == np.float32


@pytest.mark.parametrize(("distribution", "function"), FUNCTIONS)
def test_derivatives_in_every_parameter(distribution, function):
    parameters = PARAMETERS[distribution]()
    # The second derivatives of the incomplete functions have their tests in tests/ops.
    order = 1 if function.endswith(("cdf", "sf")) and distribution != "norm" else 2
    check_grads(getattr(getattr(tg.stats, distribution), function), parameters, order=order)


@pytest.mark.parametrize(("distribution", "function"), FUNCTIONS)
def test_keywords_and_defaults(distribution, function):
    ours, theirs = (getattr(getattr(stats, distribution), function) for stats in (tg.stats, scipy.stats))
    x, *shapes = PARAMETERS[distribution]()
    shapes = shapes[: len(shapes) - 2]
    assert ours(x, *shapes, scale=1.5).tolist() == pytest.approx(theirs(x, *shapes, scale=1.5).tolist(), rel=1e-12)
    assert ours(x, *shapes, loc=[-0.5] * N).tolist() == pytest.approx(theirs(x, *shapes, loc=-0.5).tolist(), rel=1e-12)


def test_outside_of_its_support_a_density_is_zero_and_has_no_gradient():
    x = np.array([-1.0, 0.25, 3.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for density, shapes in ((tg.stats.beta, (2.0, 3.0)), (tg.stats.gamma, (2.0,)), (tg.stats.chi2, (3.0,))):
            outside = [0, 2] if density is tg.stats.beta else [0]
            assert (density.pdf(x, *shapes).numpy()[outside] == 0).all()
            assert (density.logpdf(x, *shapes).numpy()[outside] == -np.inf).all()
            for function in (density.pdf, density.cdf):
                assert (tg.grad(lambda x, f=function, s=shapes: f(x, *s).sum())(x).numpy()[outside] == 0).all()
            by_shape = tg.grad(lambda a, d=density, s=shapes: d.pdf(x, a, *s[1:]).sum())(shapes[0])
            assert np.isfinite(by_shape.item())


def test_the_edges_of_a_support():
    x = np.array([0.0, 1.0])
    np.testing.assert_array_equal(tg.stats.beta.pdf(x, 1.0, 1.0).numpy(), 1)
    np.testing.assert_array_equal(tg.stats.beta.logpdf(x, 2.0, 1.0).numpy(), scipy.stats.beta.logpdf(x, 2.0, 1.0))
    assert tg.stats.gamma.pdf(0.0, 1.0).item() == 1
    assert tg.stats.chi2.logpdf(0.0, 4.0).item() == -np.inf


def test_poisson():
    k, mu = np.array([0, 3, 12, -1, 2.5]), np.array([0.5, 3.0, 9.0, 1.0, 1.0])
    for function in ("pmf", "logpmf", "cdf"):
        ours, theirs = (getattr(stats.poisson, function) for stats in (tg.stats, scipy.stats))
        np.testing.assert_allclose(ours(k, mu).numpy(), theirs(k, mu), rtol=1e-13)
        np.testing.assert_allclose(ours(k[:3] + 1, mu[:3], 1.0).numpy(), theirs(k[:3], mu[:3]), rtol=1e-13)
        check_grads(lambda mu, f=ours: f(k[:3], mu), [mu[:3]])
    assert tg.stats.poisson.pmf(0, 0.0).item() == 1


def test_dirichlet():
    alpha, x = np.array([0.7, 2.0, 3.5]), np.array([0.2, 0.3, 0.5])
    assert tg.stats.dirichlet.logpdf(x, alpha).item() == pytest.approx(
        scipy.stats.dirichlet.logpdf(x, alpha), rel=1e-13
    )
    many = np.stack([x, x[::-1]], axis=1)
    np.testing.assert_allclose(tg.stats.dirichlet.pdf(many, alpha).numpy(), scipy.stats.dirichlet.pdf(many, alpha))
    check_grads(tg.stats.dirichlet.logpdf, [many, alpha])
    with pytest.raises(ShapeError, match="as many as alpha"):
        tg.stats.dirichlet.logpdf(x[:2], alpha)


def test_deep_tails_of_the_normal_distribution():
    for x in (-40.0, -1e3, 40.0):
        assert tg.stats.norm.logcdf(x).item() == pytest.approx(scipy.stats.norm.logcdf(x), rel=1e-13)
        assert tg.grad(tg.stats.norm.logsf)(x).item() == -tg.grad(tg.stats.norm.logcdf)(-x).item()


def test_multivariate_normal():
    root = rng.normal(size=(3, 3))
    x, mean, cov = rng.normal(size=(2, 4, 3)), rng.normal(size=3), root @ root.T + np.eye(3)
    theirs = scipy.stats.multivariate_normal
    ours = tg.stats.multivariate_normal
    np.testing.assert_allclose(ours.logpdf(x, mean, cov).numpy(), theirs.logpdf(x, mean, cov), rtol=1e-12)
    np.testing.assert_allclose(ours.pdf(x[0, 0], mean, cov).numpy(), theirs.pdf(x[0, 0], mean, cov), rtol=1e-12)
    assert ours.entropy(mean, cov).item() == pytest.approx(theirs.entropy(mean, cov), rel=1e-13)
    check_grads(lambda x, mean, root: ours.logpdf(x, mean, root @ root.T + np.eye(3)), [x, mean, root])
    check_grads(lambda root: ours.entropy(mean, root @ root.T + np.eye(3)), [root])
    gradient = tg.grad(lambda cov: ours.logpdf(x, mean, cov).sum())(cov).numpy()
    np.testing.assert_allclose(gradient, gradient.T, rtol=1e-12)
    with pytest.raises(np.linalg.LinAlgError):
        ours.logpdf(x, mean, -cov)
    with pytest.raises(ShapeError, match=r"points \(…, d\)"):
        ours.logpdf(x, mean[:2], cov)
