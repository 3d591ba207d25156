"""Every exception that the package raises on purpose (floor 0: imports nothing of ours).

    TensorgraphError
    ├── ShapeError (ValueError)            shapes that do not fit an op or each other
    │   └── AxisError (IndexError)         an axis that an array does not have
    ├── IndexingError (IndexError)         an index that an array does not have
    ├── DtypeError (TypeError)             a dtype or a kind of object that an op cannot take
    ├── ArgumentError (TypeError, ValueError)  a parameter that has no meaning here
    ├── CoercionError (TypeError)          a recorded tensor would have lost its gradient on the way to NumPy or Python
    ├── MutationError (TypeError)          a write that would have changed what the graph has saved
    ├── GradientError (RuntimeError)       a sweep that cannot be made
    │   └── StaleLeafError                 a leaf took a new value after the graph had read the old one
    ├── ConvergenceError (ArithmeticError) an iteration that has not come to its end
    ├── GradientCheckError (AssertionError)    a gradient that disagrees with its oracle
    │   └── GradientCheckInconclusive          a gradient that no oracle can judge at this point
    ├── RenderError (RuntimeError)         a picture that cannot be drawn
    ├── DataError (ValueError)             a file or data set that is not what it should be
    └── MissingExtraError (ImportError)    an optional dependency that is not installed

Each also inherits the built-in exception that Python or NumPy raises in the same case, so existing handlers keep working.
"""

from __future__ import annotations

__all__ = [
    "ArgumentError",
    "AxisError",
    "CoercionError",
    "ConvergenceError",
    "DataError",
    "DtypeError",
    "GradientCheckError",
    "GradientCheckInconclusive",
    "GradientError",
    "IndexingError",
    "MissingExtraError",
    "MutationError",
    "RenderError",
    "ShapeError",
    "StaleLeafError",
    "TensorgraphError",
]


class TensorgraphError(Exception):
    """The root: `except tg.errors.TensorgraphError` catches whatever the package raises on purpose."""


class ShapeError(TensorgraphError, ValueError):
    """Shapes do not fit the op, or each other."""


class AxisError(ShapeError, IndexError):
    """An axis is out of bounds, or named twice."""


class IndexingError(TensorgraphError, IndexError):
    """An index is out of bounds or of a kind that cannot index."""


class DtypeError(TensorgraphError, TypeError):
    """An operand has a dtype, or is a kind of object, that the op cannot take."""


class ArgumentError(TensorgraphError, TypeError, ValueError):
    """A parameter has a value that has no meaning here."""


class CoercionError(TensorgraphError, TypeError):
    """A tensor that is being recorded would have left the graph without a word, and its gradient with it."""


class MutationError(TensorgraphError, TypeError):
    """A write would have changed an array that a graph has saved."""


class GradientError(TensorgraphError, RuntimeError):
    """A sweep over the graph was asked for that cannot be made."""


class StaleLeafError(GradientError):
    """A leaf took a new value after the graph had read the old one, so the old graph no longer has its values."""


class ConvergenceError(TensorgraphError, ArithmeticError):
    """A fixed point or root was not found: the iteration has not come to its end."""


class GradientCheckError(TensorgraphError, AssertionError):
    """A gradient disagrees with its independent oracle."""


class GradientCheckInconclusive(GradientCheckError):  # noqa: N818
    """A check has shown nothing: finite differences are too inaccurate here, or the point lies on a kink."""


class RenderError(TensorgraphError, RuntimeError):
    """A picture cannot be drawn."""


class DataError(TensorgraphError, ValueError):
    """A file or a data set is not what it should be."""


class MissingExtraError(TensorgraphError, ImportError):
    """An optional dependency is not installed; the message names the extra that brings it."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the extra {extra!r}, which is not installed: pip install 'tensorgraph-autograd[{extra}]'"
        )
