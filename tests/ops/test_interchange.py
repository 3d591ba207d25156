"""The namespace, the device, DLPack."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, CoercionError

X = np.arange(6.0).reshape(2, 3)


class Old:
    """A library that knows DLPack before 1.0: it asks without a version."""

    def __init__(self, t):
        self.t = t

    def __dlpack__(self, **_):
        return self.t.__dlpack__()

    def __dlpack_device__(self):
        return self.t.__dlpack_device__()


def test_the_namespace_is_the_package():
    for version in (None, "2022.12", "2024.12", tg.__array_api_version__):
        assert tg.tensor(X).__array_namespace__(api_version=version) is tg
    with pytest.raises(ArgumentError, match=r"2024\.12"):
        tg.tensor(X).__array_namespace__(api_version="1999.01")


def test_info():
    info = tg.__array_namespace_info__()
    assert info.default_device() == "cpu"
    assert info.devices() == ["cpu"]
    assert info.capabilities()["boolean indexing"] is True
    for name, dtype in info.dtypes().items():
        assert getattr(tg, name) == dtype
    assert info.default_dtypes()["real floating"] == tg.zeros(1).dtype
    assert info.default_dtypes()["integral"] == tg.arange(1).dtype


def test_device():
    t = tg.tensor(X, requires_grad=True)
    assert t.device == "cpu"
    assert t.to_device("cpu") is t
    for arguments, keywords in ((("gpu",), {}), (("cpu",), {"stream": 1})):
        with pytest.raises(ArgumentError):
            t.to_device(*arguments, **keywords)


def test_dlpack_out():
    t = tg.tensor(X)
    seen = np.from_dlpack(t)
    assert seen.tolist() == X.tolist()
    assert not seen.flags.writeable
    assert np.shares_memory(seen, t.numpy())
    own = np.from_dlpack(Old(t))
    assert own.tolist() == X.tolist()
    assert not np.shares_memory(own, t.numpy())
    copied = np.from_dlpack(t, copy=True)
    assert not np.shares_memory(copied, t.numpy())
    assert t.__dlpack_device__() == X.__dlpack_device__()
    with pytest.raises(BufferError, match="immutable"):
        t.__dlpack__(copy=False)


def test_dlpack_would_cut_a_gradient():
    t = tg.tensor(X, requires_grad=True)
    with pytest.raises(CoercionError, match="detach"):
        np.from_dlpack(t)
    assert np.from_dlpack(t.detach()).tolist() == X.tolist()


def test_dlpack_in():
    source = X.copy()
    t = tg.from_dlpack(source)
    source[...] = 0.0
    assert t.tolist() == X.tolist()
    leaf = tg.tensor(X, requires_grad=True)
    tg.from_dlpack(leaf).sum().backward()
    assert leaf.grad.tolist() == np.ones_like(X).tolist()
    with pytest.raises(ArgumentError, match="copy=False"):
        tg.from_dlpack(source, copy=False)
    with pytest.raises(ArgumentError, match="device"):
        tg.from_dlpack(source, device="gpu")
