"""What is loaded for good is spared from being looked through for garbage."""

from __future__ import annotations

import atexit
import gc
from functools import cache


@cache
def settled() -> None:
    """Set aside, once, all that exists when the first page has been drawn.

    Streamlit collects garbage after every rerun. With the program's own 700,000 objects among what is
    looked through, that stopped all threads, the phones' and the map's too, for 100 ms each time.
    """
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # what is in rings goes in order at the end, or DuckDB speaks of leaks
