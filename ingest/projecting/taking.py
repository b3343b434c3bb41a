"""A batch on its way into the warehouse: a submission that would break it is left out, and no other."""

from __future__ import annotations

import logging

import duckdb

from ingest.projecting.batches import Batch
from ingest.projecting.warehouse import Warehouse

# A full disk or memory breaks any batch: it is tried again as it is.
_OF_THE_MACHINE = (
    OSError,
    MemoryError,
    duckdb.OperationalError,
    duckdb.InternalError,
    duckdb.FatalException,
    duckdb.InterruptException,
)


def take(warehouse: Warehouse, batch: Batch, last_seq: int | None = None) -> None:
    """Apply a batch (:meth:`Warehouse.apply`); where that fails its halves, down to the one that breaks it.

    That one goes into quarantine as ``unprojectable``. Raises what the machine did not allow, and while the
    warehouse is loading anything, as a part of its one transaction cannot be undone.
    """
    try:
        warehouse.apply(batch, last_seq)
    except _OF_THE_MACHINE:
        raise
    except Exception as error:  # one bad submission must not keep all others from the map
        if warehouse.is_loading:
            raise
        seqs = batch.submissions["_seq"].to_pylist()
        if len(seqs) > 1:
            middle = sorted(seqs)[len(seqs) // 2 - 1]
            first, second = batch.parted(middle)
            take(warehouse, first, None if last_seq is None else middle)
            take(warehouse, second, last_seq)
            return
        logging.getLogger("tambon").warning(
            "submission %s cannot be taken in: %s", seqs, type(error).__name__
        )
        warehouse.apply(batch.in_quarantine(), last_seq)
