"""Which modules made which nodes: the clusters of a picture (floor 4; imports core).

A module's call leaves on its output a frame (label, moment before, moment after). The nodes that lead to that output
and were recorded between the two moments are the module's; what an inner module made is the inner module's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tensorgraph.core.tensor import Tensor

__all__ = ["Module", "Modules", "find_modules"]


class Module(NamedTuple):
    """One call of a module: its label and the number of the call around it, or -1."""

    label: str
    parent: int


@dataclass(frozen=True, slots=True)
class Modules:
    """The calls, outer ones first, and the number of the innermost call that made each node."""

    calls: tuple[Module, ...]
    of: dict[Tensor, int]

    def path(self, number: int) -> str:
        """The labels from the outermost call to this one: `MLP / Linear`."""
        labels: list[str] = []
        while number >= 0:
            label, number = self.calls[number]
            labels.append(label)
        return " / ".join(reversed(labels))


def find_modules(nodes: Sequence[Tensor]) -> Modules:
    """The module calls among `nodes` (oldest first) and who belongs to which."""
    frames: dict[tuple[str, int, int], list[Tensor]] = {}
    for t in nodes:
        if t._notes is not None:
            for frame in t._notes.get("frames", ()):
                frames.setdefault(frame, []).append(t)
    innermost_first = sorted(frames, key=lambda frame: (frame[2] - frame[1], frame[1]))
    parents = [-1] * len(innermost_first)
    owner: dict[Tensor, int] = {}
    for number, frame in enumerate(innermost_first):
        _, start, stop = frame
        outputs = [t for t in frames[frame] if start < t._stamp < stop and t._op is not None]
        seen = set(outputs)
        for t in outputs:  # grows while it is read
            inner = owner.setdefault(t, number)
            while inner != number and parents[inner] >= 0:
                inner = parents[inner]
            if inner != number:
                parents[inner] = number
            for x in t._inputs:
                if type(x) is Tensor and x._op is not None and start < x._stamp < stop and x not in seen:
                    seen.add(x)
                    outputs.append(x)
    used = _used(owner, parents)
    outer_first = sorted(used, key=lambda number: (innermost_first[number][1], -innermost_first[number][2]))
    place = {number: i for i, number in enumerate(outer_first)}
    calls = tuple(Module(innermost_first[n][0], place.get(parents[n], -1)) for n in outer_first)
    return Modules(calls, {t: place[number] for t, number in owner.items()})


def _used(owner: dict[Tensor, int], parents: list[int]) -> set[int]:
    """The calls that made a node, and the calls around them."""
    used: set[int] = set()
    for number in set(owner.values()):
        while number >= 0 and number not in used:
            used.add(number)
            number = parents[number]  # noqa: PLW2901 - climbs
    return used
