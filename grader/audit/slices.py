"""The cells that the graded functions need, found by what they read: enough to judge all that needs no training."""

import symtable

from grader.audit.mutants import Cell

__all__ = ["untrained"]


def untrained(cells: tuple[Cell, ...], *, words: bool = False) -> tuple[Cell, ...]:
    """The cells that define graded functions, and those before them whose names they read, in order.

    A graded cell that is not Python is kept as it is.

    Args:
        cells: A whole notebook.
        words: Keep cells of text, too, and where code stood between them, one without any.
    """
    bound, read = zip(*(_names(cell.source) if cell.kind == "code" else (set(), set()) for cell in cells), strict=True)
    kept = {place for place, cell in enumerate(cells) if cell.functions}
    waiting = sorted(kept)
    while waiting:
        place = waiting.pop()
        for name in read[place]:
            earlier = [other for other in range(place) if name in bound[other]]
            if earlier and earlier[-1] not in kept:
                kept.add(earlier[-1])
                waiting.append(earlier[-1])
    if not words:
        return tuple(cells[place] for place in sorted(kept))
    return tuple(cell if cell.kind == "markdown" or at in kept else Cell("code", "") for at, cell in enumerate(cells))


def _names(source: str) -> tuple[set[str], set[str]]:
    """The global names that a cell binds, and those that it reads, its functions' included."""
    try:
        table = symtable.symtable(source, "cell", "exec")
    except SyntaxError:
        return set(), set()
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    read, tables = {s.get_name() for s in table.get_symbols() if s.is_referenced()}, table.get_children()
    while tables:
        inner = tables.pop()
        read |= {s.get_name() for s in inner.get_symbols() if s.is_global()}
        tables += inner.get_children()
    return bound, read
