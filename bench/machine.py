"""The machine that figures come from: without it a figure says nothing."""

from __future__ import annotations

import math
import os
import platform
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_FLUSHES = 100


@dataclass(frozen=True, slots=True)
class Machine:
    """What a reader needs to compare figures with their own machine's."""

    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str
    flush_ms: float
    load: float  # programs that wanted the processor in the minute before; nan where nothing tells
    measured_on: str

    def lines(self) -> list[str]:
        """The description, a fact a line."""
        busy = "" if math.isnan(self.load) else f"; load before the start {self.load:.2f}"
        return [
            f"Processor: {self.processor}, {self.cores} cores, {self.memory_gb:.0f} GB memory{busy}",
            f"System: {self.system}; Python {self.python}",
            f"A disk flush (median of {_FLUSHES}): {self.flush_ms:.2f} ms",
            f"Measured on {self.measured_on}; clients ran on the same cores as the server",
        ]


def describe(folder: Path) -> Machine:
    """Describe this machine; ``folder`` lies on the disk whose flush is timed."""
    return Machine(
        _processor(),
        os.cpu_count() or 1,
        _memory_gb(),
        platform.platform(terse=True),
        platform.python_version(),
        flush_ms(folder),
        os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"),
        datetime.now(UTC).date().isoformat(),
    )


def flush_ms(folder: Path) -> float:
    """The median time to write 4 KB and have it on the disk."""
    path, times = folder / "flush.tmp", []
    with path.open("wb") as file:
        for _ in range(_FLUSHES):
            file.write(b"x" * 4096)
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
    path.unlink()
    return statistics.median(times) * 1000


def cpu_seconds(process_id: int) -> float:
    """Processor time a running process has used so far, its threads included; nan where nothing tells."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(process_id: int) -> float:
    """Memory that a running process holds at the moment; nan where nothing tells."""
    try:
        told = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    except OSError:
        return float("nan")
    return int(told.partition("VmRSS:")[2].split()[0]) / 1000


def peak_mb() -> float:
    """The most memory that this process has had, or one it started and has seen end; 0 where nothing tells.

    In ``getrusage`` Linux counts what the parent had, too, as a process starts from its memory.
    """
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return 0.0
    kilobytes = 1e6 if sys.platform == "darwin" else 1e3  # bytes there
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / kilobytes
    try:
        told = Path("/proc/self/status").read_text(encoding="utf-8")
        own = int(told.partition("VmHWM:")[2].split()[0]) / 1000
    except OSError:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / kilobytes
    return max(own, children)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory_gb() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError):
        return float("nan")
