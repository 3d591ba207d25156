"""The machine a measurement ran on: one thread, one core, and the header that every table carries.

May import the standard library only: `single_thread` must run before NumPy, PyTorch or XLA start their thread pools.
"""

import argparse
import gc
import os
import platform
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

PACKAGES = ("numpy", "scipy", "torch", "jax", "jaxlib", "autograd", "mygrad")
CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "cpu": time.process_time}
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
_XLA_FLAGS = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
_BLAS_OVERRIDES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MKL_ENABLE_INSTRUCTIONS", "NPY_DISABLE_CPU_FEATURES")


def single_thread() -> None:
    """Give BLAS, PyTorch and XLA one thread each, in this process and in those it starts."""
    for variable in _THREAD_VARIABLES:
        os.environ[variable] = "1"
    flags = os.environ.get("XLA_FLAGS", "")
    if _XLA_FLAGS not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {_XLA_FLAGS}".strip()
    os.environ["JAX_PLATFORMS"] = "cpu"


def _busy_ticks() -> dict[int, int]:
    """Non-idle clock ticks of each core since boot, as Linux counts them."""
    busy = {}
    for line in Path("/proc/stat").read_text(encoding="ascii").splitlines():
        name, *fields = line.split()
        if name.startswith("cpu") and name != "cpu":
            ticks = [int(field) for field in fields[:8]]
            busy[int(name[3:])] = sum(ticks) - ticks[3] - ticks[4]  # without idle and iowait
    return busy


def quietest_core() -> int | None:
    """The allowed core that did the least in the last half second, or None where cores cannot be chosen."""
    if not hasattr(os, "sched_setaffinity") or not Path("/proc/stat").exists():
        return None
    before = _busy_ticks()
    time.sleep(0.5)
    after = _busy_ticks()
    # A tie goes to the last core: systems tend to serve interrupts on the first.
    return min(sorted(os.sched_getaffinity(0), reverse=True), key=lambda core: after.get(core, 0) - before.get(core, 0))


def pin(core: int | None) -> None:
    """Keep this process, and those it starts, on one core."""
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def settle(collect: bool) -> None:
    """Put the garbage collector into the state in which everything is timed.

    What the imports left behind is frozen, so that a peer with many modules does not pay for them at every collection.
    """
    gc.collect()
    gc.freeze()
    if collect:
        gc.enable()
    else:
        gc.disable()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that all programs share."""
    parser.add_argument("--json", action="store_true", help="print the raw numbers as JSON instead of tables")
    parser.add_argument("--core", type=int, help="core to stay on (default: the quietest one)")
    parser.add_argument(
        "--clock",
        choices=CLOCKS,
        default="wall",
        help="wall: elapsed time (default); cpu: processor time, for a machine that others use at the same time",
    )
    parser.add_argument("--gc", choices=("on", "off"), default="on", help="cyclic garbage collector (default: on)")


def start(options: argparse.Namespace) -> dict[str, object]:
    """Go to one core with one thread, and describe the machine."""
    core = quietest_core() if options.core is None else options.core
    single_thread()
    pin(core)
    return describe(core, options.gc, options.clock)


def describe(core: int | None, collector: str, clock: str) -> dict[str, object]:
    """What a reader needs to judge the numbers: processor, system, versions, load, policies."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "core": "not pinned" if core is None else f"pinned to core {core}",
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "versions": {name: version for name in PACKAGES if (version := _version(name))},
        "blas": _blas(),
        "threads": 1,
        "gc": collector,
        "clock": clock,
        "overrides": {name: os.environ[name] for name in _BLAS_OVERRIDES if name in os.environ},
    }


def header(facts: dict[str, object], title: str) -> str:
    """The facts as the lines that stand above a table."""
    threads = f"{facts['threads']} thread each for BLAS ({facts['blas']}), PyTorch and XLA"
    versions = facts["versions"]
    overrides = facts["overrides"]
    assert isinstance(versions, dict)
    assert isinstance(overrides, dict)
    lines = [
        title,
        "=" * len(title),
        f"machine   {facts['processor']}, {facts['cores']} cores, {facts['core']}, load {facts['load']} at the start",
        f"system    {facts['system']}, {facts['python']}",
        f"versions  {', '.join(f'{name} {version}' for name, version in versions.items())}",
        f"policy    {threads}; garbage collector {facts['gc']}; {facts['clock']} clock",
    ]
    if overrides:
        lines.append(f"WARNING   not the stock setting: {', '.join(f'{k}={v}' for k, v in overrides.items())}")
    return "\n".join(lines)


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.split(":", 1)[1].split())
    return platform.processor() or platform.machine()


def _blas() -> str:
    import numpy as np

    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']}"
