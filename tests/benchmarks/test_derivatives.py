"""Every contestant computes the same matrices, and the check would notice one that does not."""

import numpy as np
import pytest

from benchmarks import derivatives
from benchmarks.derivatives import PEERS, TASKS, matrix, prepare, truth

PACKAGES = {"torch-func": "torch", "torch-autograd": "torch", "jax": "jax"}


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("task", ["J-input", "J-parameters", "H-input"])
@pytest.mark.parametrize("peer", PEERS)
def test_peers_agree_with_the_complex_step(peer, task):
    pytest.importorskip(PACKAGES.get(peer, "numpy"))
    call, facts = prepare(peer, task)
    call()
    assert facts["error"] < 1e-4


def test_the_truth_is_symmetric_and_of_the_size_it_says():
    for name, (rows, columns) in {"J-input": (10, 64), "J-parameters": (10, 2410), "H-input": (64, 64)}.items():
        assert truth(TASKS[name]).shape == (rows, columns)
    hessian = truth(TASKS["H-input"])
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-12)


def test_wrong_numbers_stop_the_run(monkeypatch):
    call, to_array = PEERS["tensorgraph"][1](TASKS["J-input"])

    def off(task):
        return lambda: call() * 1.001, to_array

    monkeypatch.setitem(derivatives.PEERS, "tensorgraph", ("off", off))
    with pytest.raises(ArithmeticError, match="off on Jacobian by the input"):
        prepare("tensorgraph", "J-input")


def test_blocks_become_one_matrix():
    call, to_array = PEERS["tensorgraph"][1](TASKS["H-parameters"])
    found = matrix(call(), to_array)
    assert found.shape == (2410, 2410)
    np.testing.assert_allclose(found, found.T, atol=1e-5)
