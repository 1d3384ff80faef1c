"""A contract type for import-linter: each room imports only the rooms named in its row.

The rows stand in pyproject.toml, so that `lint-imports` and the test suite read one table. A row may name a room
that nobody has built yet; a room that has no row is a broken contract.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

EVERYTHING = "everything"
NOTHING = "nothing"


@dataclass(frozen=True, order=True)
class Violation:
    """One import that its room's row does not allow."""

    importer: str
    imported: str
    line: int
    rule: str

    def __str__(self) -> str:
        file = self.importer.replace(".", "/") + ".py"
        return f"{file}:{self.line} imports {self.imported}, but {self.rule}"


def read_table(rows: list[str]) -> dict[str, frozenset[str]]:
    """Rows like "store: domain security" as a mapping from the left word to the words on its right."""
    pairs = (row.partition(":") for row in rows)
    return {left.strip(): frozenset(right.split()) - {NOTHING} for left, _, right in pairs}


class RoomsContract(Contract):
    """Checks direct imports of one root package against three tables.

    rooms:      "room: rooms or public modules it may import"; the word "everything" lifts the limit.
    libraries:  "library: the only rooms that may import it".
    pure:       "room: the only libraries outside the standard one that it may import".
    islands:    rooms whose folders with a `facts` module may be imported from nowhere outside themselves.
    """

    type_name = "rooms"

    root = fields.StringField()
    rooms = fields.ListField(subfield=fields.StringField())
    libraries = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    pure = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    islands = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Keep or break, with every violation in the result."""
        violations = sorted(
            Violation(importer, imported, self._line(graph, importer, imported), rule)
            for importer in graph.modules
            if importer.startswith(f"{self.root}.")
            for imported in graph.find_modules_directly_imported_by(importer)
            if (rule := self._broken_rule(graph, importer, imported))
        )
        return ContractCheck(kept=not violations, metadata={"violations": violations})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line an import: the file, the line, what it imports and the rule."""
        for violation in check.metadata["violations"]:
            output.print_error(str(violation))

    def _broken_rule(self, graph: ImportGraph, importer: str, imported: str) -> str:
        inside = importer.removeprefix(f"{self.root}.")
        if imported == str(self.root):
            return ""
        if not imported.startswith(f"{self.root}."):
            return self._library_rule(inside.split(".")[0], imported)
        target = imported.removeprefix(f"{self.root}.")
        return self._island_rule(graph, inside, target) or self._room_rule(inside, target)

    def _room_rule(self, inside: str, target: str) -> str:
        room = inside.split(".")[0]
        rows = read_table(self.rooms)  # type: ignore[arg-type]  # a field is its parsed value on an instance
        if room not in rows:
            return f"{room} is no room of the table in pyproject.toml ([tool.importlinter])"
        if EVERYTHING in rows[room] or room == target.split(".")[0]:
            return ""
        if any(target == door or target.startswith(f"{door}.") for door in rows[room]):
            return ""
        return f"{room} may import only: {' '.join(sorted(rows[room])) or NOTHING}"

    def _island_rule(self, graph: ImportGraph, inside: str, target: str) -> str:
        parts = target.split(".")
        if len(parts) < 2 or parts[0] not in self.islands:  # type: ignore[operator]  # a list, as above
            return ""
        island = ".".join(parts[:2])
        is_island = f"{self.root}.{island}.facts" in graph.modules
        if not is_island or f"{inside}.".startswith(f"{island}."):
            return ""
        return f"nobody outside {island} may import it: the registry finds it by its name"

    def _library_rule(self, room: str, library: str) -> str:
        owners = read_table(self.libraries)  # type: ignore[arg-type]  # as above
        if library in owners and room not in owners[library]:
            return f"only these may import {library}: {' '.join(sorted(owners[library]))}"
        pure = read_table(self.pure)  # type: ignore[arg-type]  # as above
        if room in pure and library not in pure[room] | sys.stdlib_module_names:
            return f"{room} may import no library but: {' '.join(sorted(pure[room]))}"
        return ""

    @staticmethod
    def _line(graph: ImportGraph, importer: str, imported: str) -> int:
        details = graph.get_import_details(importer=importer, imported=imported)
        return details[0]["line_number"] if details else 0
