"""How a command line is read: words and options in any order. Standard library only, as the parser is."""

from __future__ import annotations

import argparse
from typing import Any


class InAnyOrder(argparse.ArgumentParser):
    """Options may stand between the words of a command: argparse itself takes all words at the first one."""

    _sorting = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does, for a command that has no further words and hands none on."""
        handed_on = {argparse.PARSER, argparse.REMAINDER}
        if self._sorting or any(one.nargs in handed_on for one in self._actions):
            return super().parse_known_args(args, namespace)
        self._sorting = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._sorting = False
