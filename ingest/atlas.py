"""One opened data folder: the log, the warehouse that follows it, the forms and the boundaries.

Every door (phone routes, map data, pages, commands) is handed an ``Atlas`` and a viewer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from geo.locate import Locator
from geo.overlay import Overlay
from ingest import log, published
from ingest.areas import boundary_sets, set_files
from ingest.areas.boundary_sets import BoundarySet, InUse
from ingest.attachments import AttachmentStore
from ingest.doors import layers
from ingest.doors.kept import Kept
from ingest.doors.layers import LayerInfo
from ingest.field import enumerators
from ingest.field.enumerators import Enumerator
from ingest.folder import DataFolder
from ingest.plots import land_layers
from ingest.plots.lookout import Lookout, plot_forms
from ingest.projecting.periods import Places
from ingest.projecting.projection import FormReaders
from ingest.projecting.warehouse import Warehouse
from ingest.published import Catalogue
from ingest.writer import Writer

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Reference:
    """What changes seldom: forms, boundaries and phones as they stood when ``version`` was read."""

    version: int
    catalogue: Catalogue
    sets: InUse
    places: Places
    tambons: pd.DataFrame  # what is told of each, by code; their shapes are the locator's
    names: dict[str, dict[str, str]]  # of areas, by code
    lao_names: dict[str, dict[str, str]]  # by the LAO's own code
    overlays: tuple[Overlay, ...]
    phones: dict[str, Enumerator]  # by token; those who were revoked are not among them

    @property
    def boundary_set(self) -> BoundarySet:
        """The tambons that everything is joined with."""
        return self.sets.tambon

    @property
    def locator(self) -> Locator:
        """Those tambons' shapes and lines."""
        return self.places.tambons[0].of

    @cached_property
    def readers(self) -> FormReaders:
        """How to read each form version."""
        return FormReaders(self.catalogue.schemas)

    @cached_property
    def layers(self) -> dict[str, LayerInfo]:
        """Every layer by name."""
        own = layers.layer_infos(self.catalogue)
        return own | land_layers.layer_infos(self.catalogue, self.sets.overlays)

    @cached_property
    def lookout(self) -> Lookout:
        """What drawn areas are held against besides each other."""
        return Lookout(self.overlays, self.sets.overlays_fingerprint, plot_forms(self.catalogue))

    @cached_property
    def area_lists(self) -> dict[tuple[str, str], bytes]:
        """The phones' area lists made so far, by level and area."""
        return {}

    @cached_property
    def forms(self) -> dict[str, LayerInfo]:
        """Whole forms as tables, by form id: their records with and without a place."""
        return layers.form_infos(self.catalogue)


class Atlas:
    """An open data folder. ``warehouse`` may be replaced while running: always go through the property."""

    def __init__(self, folder: DataFolder, *, wrote: Callable[[], None] = lambda: None) -> None:
        self.folder = folder.create()
        self.log = log.open_log(folder.log)
        self.attachments = AttachmentStore(folder.attachments)
        self.writer = Writer(self.log, wrote)
        set_files.add_demo(self.log, folder.boundaries)
        # Phones' entity lists made so far, by data version, dataset and what the phone may see.
        self.entity_lists: dict[tuple[str, ...], bytes] = {}
        self.kept = Kept()
        self._lock = threading.Lock()
        self._known: Reference | None = None
        self._warehouse: Warehouse | None = None

    @property
    def reference(self) -> Reference:
        """Forms, boundaries and phones as last read; ``refresh`` reads them again."""
        known = self._known
        return known if known is not None else self.refresh()

    def refresh(self) -> Reference:
        """Read them again, after something was published, added or revoked."""
        with self._lock:
            self._known = reference = self._read_reference()
            if self._warehouse:
                self._warehouse.ensure_tables(reference.catalogue.schemas.values())
            return reference

    def _read_reference(self) -> Reference:
        folder, known = self.folder.boundaries, self._known
        with self.log.connect() as connection:
            used = boundary_sets.in_use(connection)
            if known is not None and known.sets == used:
                places, tambons, names = known.places, known.tambons, known.names
                lao_names, overlays = known.lao_names, known.overlays
            else:
                places = set_files.places(folder, used)
                tambons = set_files.attributes(folder, used.tambon)
                names = set_files.names_in_use(folder, used)
                lao_names = set_files.lao_names(folder, used)
                overlays = set_files.overlays(folder, used)
            everyone = enumerators.everyone(connection)
            return Reference(
                log.reference_version(connection),
                published.read_catalogue(connection),
                used,
                places,
                tambons,
                names,
                lao_names,
                overlays,
                {one.token: one for one in everyone if one.revoked_at is None},
            )

    @property
    def warehouse(self) -> Warehouse:
        """The derived tables of the moment."""
        if self._warehouse is None:
            raise RuntimeError("the warehouse is not open")
        return self._warehouse

    def use_warehouse(self, warehouse: Warehouse) -> Warehouse | None:
        """Switch to another warehouse; returns the one used before, for the caller to close."""
        schemas = self.reference.catalogue.schemas.values()
        with self._lock:
            warehouse.ensure_tables(schemas)
            before, self._warehouse = self._warehouse, warehouse
            return before

    @property
    def data_version(self) -> str:
        """Changes whenever an answer to any question about the data may change."""
        warehouse = self.warehouse
        generation = warehouse.path.stem if warehouse.path else "memory"
        return f"{generation}.{warehouse.version}.{self.reference.version}"

    def close(self) -> None:
        """Write what is waiting and let go of all files."""
        self.writer.close()
        if self._warehouse:
            self._warehouse.close()
        self.log.dispose()


def warehouse_file(folder: Path, generation: int) -> Path:
    """The file of one generation of the warehouse."""
    return folder / f"warehouse-{generation:06d}.duckdb"
