"""The command line: `tensorgraph COMMAND …`, each command a few lines over a function of the package (top floor).

A new command is one `Command` in `COMMANDS`.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tensorgraph._version import __version__
from tensorgraph.errors import TensorgraphError
from tensorgraph.train import demo
from tensorgraph.view.load import load
from tensorgraph.view.render import render
from tensorgraph.view.subject import DEFAULT_MAX_NODES

__all__ = ["COMMANDS", "Command", "main"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, one line of help, its options, and what it does with them; it returns the exit code."""

    name: str
    help: str
    options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def _demo_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("tensorgraph-demo"),
        metavar="DIR",
        help="folder for the pictures (%(default)s)",
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing, not even the progress")


def _demo(options: argparse.Namespace) -> int:
    return demo.run(options.out, quiet=options.quiet)


def _render_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target",
        metavar="FILE.py:NAME",
        help="a tensor, or a list or dict of them, in a Python file, or a function without parameters that returns one",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("graph.svg"),
        metavar="PATH",
        help="where to write: .svg, .dot, .gv, or with Graphviz installed .pdf, .png (%(default)s)",
    )
    parser.add_argument("--direction", choices=("TB", "LR", "BT", "RL"), default="TB", help="of the computation (TB)")
    parser.add_argument("--theme", choices=("auto", "light", "dark"), default="auto", help="colours (auto)")
    parser.add_argument("--no-legend", dest="legend", action="store_false", help="leave the legend out")
    parser.add_argument(
        "--max-nodes",
        type=int,
        default=DEFAULT_MAX_NODES,
        metavar="N",
        help="draw a larger graph abridged (%(default)s; 0: no limit)",
    )


def _render(options: argparse.Namespace) -> int:
    render(
        load(options.target),
        options.output,
        direction=options.direction,
        theme=options.theme,
        legend=options.legend,
        max_nodes=options.max_nodes or None,
    )
    print(options.output)
    return 0


COMMANDS: tuple[Command, ...] = (
    Command("demo", "train a net on handwritten digits, check its gradients, draw its graph", _demo_options, _demo),
    Command("render", "draw the computational graph of a tensor in a Python file", _render_options, _render),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    except (TensorgraphError, OSError) as error:
        if isinstance(error, TensorgraphError) and error.__cause__ is not None:
            traceback.print_exception(error.__cause__)
        print(f"tensorgraph {options.command}: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tensorgraph",
        description="Record a computation once on a tape, then sweep it, check it, draw it, derive it and replay it.",
    )
    parser.add_argument("--version", action="version", version=f"tensorgraph {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        subparser = commands.add_parser(command.name, help=command.help, description=command.help)
        command.options(subparser)
        subparser.set_defaults(run=command.run)
    return parser
