"""What can be done to an open office: by a command that has it open itself, or by the server for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from forms.catalog import workbooks
from ingest import accounts, demo, log, sources, tables
from ingest.access import ENUMERATOR, Viewer
from ingest.areas import boundary_sets
from ingest.doors.filters import Filter
from ingest.exports import export
from ingest.field import enumerators, phones
from ingest.problems import bad_filter
from ingest.sources import decisions, publishing, register
from ingest.sources.register import Source
from reports.papers import catalogue
from reports.papers.asking import Asking
from reports.problems import paper_uncut
from streamlit_app.filters import filter_words
from streamlit_app.office import Office
from streamlit_app.state import State
from thai.calendar import bangkok
from thai.codes import parse_area_argument
from thai.periods import parse_period


def status(office: Office) -> dict[str, Any]:
    """The counts of ``status --json`` and of ``/healthz``."""
    atlas = office.atlas
    counts = atlas.warehouse.counts()
    with atlas.log.connect() as connection:
        submissions = int(
            connection.execute(sa.select(sa.func.count()).select_from(tables.submission)).scalar() or 0
        )
        sets = sorted({one.name for one in boundary_sets.listed(connection)})
    seen = counts["projected"] + counts["superseded"] + counts["quarantined"]
    return {
        "submissions": submissions,
        "projected": counts["projected"],
        "superseded": counts["superseded"],
        "quarantined": counts["quarantined"],
        "pending": submissions - seen,
        "forms": {form_id: counts["forms"].get(form_id, 0) for form_id in atlas.reference.catalogue.form_ids},
        "layers": sorted(atlas.reference.layers),
        "boundary_sets": sets,
        "demo": counts["demo"],
    }


def catch_up(office: Office) -> dict[str, Any]:
    """Bring the warehouse to the end of the log, after another process wrote to it."""
    office.follower.catch_up()
    return status(office)


def rebuild(office: Office) -> dict[str, Any]:
    """Derive everything from the log again."""
    office.follower.rebuild()
    return status(office)


def verify(office: Office) -> dict[str, Any]:
    """Compare the warehouse with a fresh one made from the log, table by table."""
    tables = office.follower.verify()
    return {"equal": all(tables.values()), "tables": tables}


def export_layer(
    office: Office,
    layer: str,
    path: str,
    area: str = "",
    where: str = "",
    account: str = "",
    personal: bool = False,
) -> dict[str, Any]:
    """Write a layer's features to a file; without an account as the machine's own administrator."""
    atlas = office.atlas
    viewer = _viewer(office, account)
    chosen = Filter(area=parse_area_argument(area) if area else "")
    report = export.export(atlas, viewer, layer, chosen, Path(path), personal=personal, where=where)
    return {"layer": layer, "rows": report.rows, "path": str(report.path)}


def report_parts(office: Office, name: str, area: str = "", period: str = "all") -> dict[str, Any]:
    """The files that a paper of an area will take, as codes; '' where it is one file."""
    kind = catalogue.kind_of(name)
    asking = Asking(
        office.atlas, _viewer(office, ""), bangkok(datetime.now(UTC)).date(), parse_period(period)
    )
    return {"parts": [code for code, _ in catalogue.batches(asking, kind, parse_area_argument(area))]}


def report(
    office: Office, name: str, path: str, area: str = "", period: str = "all", account: str = "",
    scope: str = "", filtered: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Write a paper to a file; without an account as the machine's own administrator.

    ``scope`` is the area of the batch that this paper is one of; ``filtered`` a filter as in an address.
    """
    today = bangkok(datetime.now(UTC)).date()
    asking = Asking(office.atlas, _viewer(office, account), today, parse_period(period), scope)
    asking = _among(office, asking, catalogue.kind_of(name), filtered) if filtered else asking
    papers = catalogue.write(asking, name, parse_area_argument(area), Path(path))
    return {"paper": name, "papers": papers, "path": path}


def _among(office: Office, asking: Asking, kind: catalogue.Kind, query: str) -> Asking:
    """The paper of the records that a filter leaves; raises ``paper_uncut`` and ``bad_filter``."""
    if not kind.lists:
        raise paper_uncut(kind.name)
    (form_id,), reference = kind.forms, office.atlas.reference
    said = Filter.from_query(query)
    values = {ref.removeprefix(f"{form_id}/"): chosen for ref, chosen in said.values.items()}
    said = replace(said, area="", values=values)
    if said == Filter() or form_id not in reference.forms or values.keys() - reference.forms[form_id].fields:
        raise bad_filter(query)
    state = State(shared=replace(said, values={}), answers={form_id: values})
    words = filter_words.in_words(reference, state, [reference.forms[form_id]])
    return replace(asking, chosen=said, told=" · ".join(words))


def write_lists(office: Office, names: list[str], folder: str, area: str = "") -> dict[str, Any]:
    """Write the lists of a form, as a phone of that area would get them, beside its build."""
    viewer = Viewer("console", ENUMERATOR, parse_area_argument(area) if area else "")
    written = []
    for name in names:
        path = Path(folder) / Path(name).name
        path.write_bytes(phones.whole_list(office.atlas, name.removesuffix(".csv"), viewer).content)
        written.append(str(path))
    return {"written": written}


def central_publish(
    office: Office, number: int, files: list[str] | None = None, *, dry_run: bool = False
) -> dict[str, Any]:
    """Give workbooks (the shipped ones, when none is named) to the project of a source."""
    everywhere = Viewer("console", ENUMERATOR, "")

    def list_of(name: str) -> bytes:
        return phones.whole_list(office.atlas, name.removesuffix(".csv"), everywhere).content

    project = sources.project(_source(office, number))
    steps = publishing.plan(project, [Path(one) for one in files] if files else workbooks())
    if not dry_run:
        publishing.publish(project, steps, list_of)
        _note(office, "central_publish", number)
    return {"dry_run": dry_run, "forms": [step.as_dict() for step in steps]}


def central_people(
    office: Office, number: int, names: list[str], forms: list[str] | None = None, *, dry_run: bool = False
) -> dict[str, Any]:
    """App users of a source's project, each with the QR code that sets a phone up."""
    project = sources.project(_source(office, number))
    people = publishing.people(project, names, forms or (), dry_run=dry_run)
    for one in people:
        name, url = str(one["name"]), str(one["server_url"])
        one["qr_png"] = (
            str(enumerators.write_qr(office.atlas.folder.qr_codes, url, name).absolute()) if url else ""
        )
    if not dry_run:
        _note(office, "central_people", number)
    return {"dry_run": dry_run, "people": people}


def central_reviews(
    office: Office, number: int, *, dry_run: bool = False, ours: bool = False
) -> dict[str, Any]:
    """Say at a source what was decided here over its submissions."""
    source = _source(office, number)
    decided = decisions.plan(office.atlas, source)
    found: dict[str, Any] = {"dry_run": dry_run, "decisions": [one.as_dict() for one in decided]}
    if not dry_run and decided:
        found |= decisions.push(office.atlas, source, sources.project(source), decided, ours=ours)
        _note(office, "central_reviews", number)
    return found


def _source(office: Office, number: int) -> Source:
    with office.atlas.log.connect() as connection:
        return register.one(connection, number)


def _note(office: Office, action: str, number: int) -> None:
    with log.writing(office.atlas.log) as connection:
        log.note(connection, "console", action, f"source {number}")


def remove_demo(office: Office) -> dict[str, Any]:
    """Take the demo's submissions away, and nothing else."""
    removed = demo.remove(office.atlas)
    office.follower.catch_up()
    return {"removed": removed}


def _viewer(office: Office, account: str) -> Viewer:
    """An account as a viewer; without one the machine's own administrator."""
    if not account:
        return Viewer("console", "administrator", "")
    with office.atlas.log.connect() as connection:
        return accounts.viewer_for(connection, account)


ACTIONS: dict[str, Callable[..., dict[str, Any]]] = {
    "status": status,
    "catch_up": catch_up,
    "rebuild": rebuild,
    "verify": verify,
    "export": export_layer,
    "remove_demo": remove_demo,
    "report": report,
    "report_parts": report_parts,
    "write_lists": write_lists,
    "central_publish": central_publish,
    "central_people": central_people,
    "central_reviews": central_reviews,
}
