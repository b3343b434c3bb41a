"""What a form asks a person, in its order: questions with a control, not what it computes or shows."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from forms.schema import Field, Schema

_SKIPPED = frozenset({"start", "end", "today"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. ``required`` only where it is required whatever was answered before."""

    table: str
    field: Field
    required: bool
    always: bool  # no condition decides whether it is asked


def asked(xform: bytes, schema: Schema) -> tuple[Asked, ...]:
    """The questions that somebody answers, files excepted; those of a repeat name their table."""
    document = etree.fromstring(xform)
    binds = {one.get("nodeset", ""): one for one in document.iter("{*}bind")}
    controls = {one.get("ref", "") for one in document.iter("{*}*") if one.get("ref")}
    found = []
    for table in schema.tables:
        for field in table.fields:
            path = f"/{schema.root}/{'/'.join(field.path)}"
            bind = binds.get(path)
            if path not in controls or field.kind == "attachment" or field.name in _SKIPPED:
                continue
            if bind is not None and (bind.get("readonly") == "true()" or bind.get("calculate")):
                continue
            required = bind is not None and bind.get("required") == "true()"
            parts = [path.rsplit("/", n)[0] for n in range(len(field.path))]
            always = not any(one in binds and binds[one].get("relevant") for one in parts)
            found.append(Asked(table.name, field, required, always))
    return tuple(found)
