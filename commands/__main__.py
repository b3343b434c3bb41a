"""``python -m commands WORD …``: finds the command's module and runs it. ``tambon.py`` starts this."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from commands import console, parser, problems


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns 0 done, 1 refused with a reason. A usage mistake exits with 2."""
    console.prepare()
    args = parser.parse(sys.argv[1:] if argv is None else argv)
    name = f"commands.{args.command.replace('-', '_')}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        return console.refuse(problems.not_in_this_landing(args.command), as_json=args.json)
    return console.answer(lambda: module.run(args), module.show, as_json=args.json)


if __name__ == "__main__":
    sys.exit(main())
