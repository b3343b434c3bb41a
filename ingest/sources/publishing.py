"""Gives an office's own workbooks to ODK Central and its phones; asks first what is there.

What stands there already is left alone, and a run that broke off is ended by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forms.builds import Build, builds
from ingest import problems as files
from ingest.sources import problems

if TYPE_CHECKING:
    from ingest.sources.central_project import CentralProject

CREATE, UPDATE, SAME = "create", "update", "same"
ListOf = Callable[[str], bytes]


@dataclass(frozen=True)
class Step:
    """One form: what is to be done, and where the files lie that an author put beside it."""

    build: Build
    action: str
    folder: Path

    @property
    def form_id(self) -> str:
        """The form's id, which is the same on both servers."""
        return self.build.form.form_id

    def as_dict(self) -> dict[str, object]:
        """For a dry run and for the page."""
        form = self.build.form
        return {"form_id": form.form_id, "version": form.version, "action": self.action, "lists": form.media}


def plan(project: CentralProject, workbooks: Iterable[Path]) -> list[Step]:
    """What publishing these workbooks would do.

    Raises ``Problems`` of a workbook, and ``source_version_taken`` where a version says something else there.
    """
    own = [(path.parent, _build(path)) for path in workbooks]
    known, published = project.known(), project.published()
    steps = []
    for folder, build in own:
        form = build.form
        there = project.versions(form.form_id) if form.form_id in published else []
        if form.version not in there:
            steps.append(Step(build, UPDATE if form.form_id in known else CREATE, folder))
        elif project.workbook(form.form_id, form.version) == build.workbook:
            steps.append(Step(build, SAME, folder))
        else:
            raise problems.version_taken(form.form_id, form.version)
    return steps


def publish(project: CentralProject, steps: Sequence[Step], list_of: ListOf) -> None:
    """Do it; ``list_of`` gives a list's content by its name, where neither Central nor the author has one.

    Entity lists are made first: a form whose own list comes to be only with it cannot be linked with it.
    """
    made = {rule.dataset for step in steps if step.action != SAME for rule in step.build.form.schema.entities}
    for name in sorted(made - project.datasets()):
        project.add_dataset(name)
    for step in steps:
        if step.action == SAME:
            continue
        project.draft(step.form_id, step.build.workbook, new=step.action == CREATE)
        registers = project.datasets()
        for name in project.lacking(step.form_id):
            if name.removesuffix(".csv") in registers:
                project.link(step.form_id, name)
            else:
                beside = step.folder / Path(name).name
                content = beside.read_bytes() if beside.is_file() else list_of(name)
                project.upload(step.form_id, name, content)
        project.publish(step.form_id)


def people(
    project: CentralProject, names: Sequence[str], forms: Sequence[str] = (), *, dry_run: bool = False
) -> list[dict[str, object]]:
    """An app user for each name, given these published forms, or all; ``server_url`` '' while there is none.

    Raises ``source_not_found`` for a form that was not published there.
    """
    published = project.published()
    unknown = sorted(set(forms) - published)
    if unknown:
        raise problems.not_there(project.host, ", ".join(unknown))
    wanted = set(forms) or published
    there = {one.name: one for one in project.app_users() if one.token}
    done = []
    for name in dict.fromkeys(names):
        user = there.get(name)
        fresh = sorted(wanted - project.forms_of(user) if user else wanted)
        new = user is None
        if not dry_run:
            user = user or project.add_app_user(name)
            for form_id in fresh:
                project.give(user, form_id)
        url = project.server_url(user) if user else ""
        done.append({"name": name, "new": new, "forms": fresh, "server_url": url})
    return done


def _build(path: Path) -> Build:
    if not path.is_file():
        raise files.not_found(path)
    return builds(path.read_bytes(), file_name=path.name)[0]
