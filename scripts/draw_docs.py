#!/usr/bin/env python3
"""Draws the diagrams of docs/how-it-works.md into docs/pictures/; `--check` only compares."""

import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

import click

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1f2328; text-anchor: middle; }
.small { font-size: 12px; fill: #59636e; }
.ground { fill: #fff; }
.left { text-anchor: start; }
.file { fill: #fff; stroke: #59636e; }
.step { fill: #ddf4ff; stroke: #0969da; }
.inside { fill: #fff1e5; stroke: #bc4c00; stroke-dasharray: 6 4; }
.line { stroke: #59636e; fill: none; stroke-width: 1.5; marker-end: url(#tip); }
#tip path { fill: #59636e; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; } .ground { fill: #0d1117; } .small { fill: #b1bac4; } .file { fill: #21262d; stroke: #9198a1; }
  .step { fill: #0c2d4d; stroke: #4493f8; } .inside { fill: #3d2009; stroke: #db6d28; }
  .line { stroke: #9198a1; } #tip path { fill: #9198a1; }
}
"""
TIP = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 10 5 0 10z"/></marker></defs>'
)


def main() -> None:
    """Write the drawings, or with --check say which differ; exit status 1 when one does."""
    drawings = {"road.svg": road(), "inside-outside.svg": inside_outside()}
    stale = [name for name, text in drawings.items() if not same(FOLDER / name, text)]
    if "--check" in sys.argv[1:]:
        for name in stale:
            click.echo(f"docs/pictures/{name} is out of date: run `make reference`", err=True)
        sys.exit(1 if stale else 0)
    FOLDER.mkdir(exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(drawings[name], encoding="utf-8")
        click.echo(f"docs/pictures/{name}: written")


def same(path: Path, text: str) -> bool:
    """Whether the drawing is there and is this one."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def road() -> str:
    """From solution to student notebook, from submission to report: each arrow is a file."""
    parts: list[str] = []
    row(parts, 30, ["solution.ipynb", "rubric.toml", "templates"], "file")
    parts += [box(30, 110, 470, 44, "grader generate", "step"), box(590, 110, 170, 44, "student notebook", "file")]
    parts += [arrow(x, 74, x, 108) for x in (105, 265, 425)]
    parts.append(arrow(502, 132, 588, 132))
    parts += [arrow(675, 156, 675, 212), label(690, 190, "students work", "small left")]
    steps = [
        ("submission", "file"),
        ("run", "step"),
        ("observations", "file"),
        ("judge", "step"),
        ("scorecard", "file"),
    ]
    x = 590
    for number, (name, kind) in enumerate(steps):
        y = 214 if number == 0 else 304
        place = x if number == 0 else 610 - 148 * (number - 1)
        width = 170 if number == 0 else 126
        parts.append(box(place, y, width, 44, name, kind))
        if number == 1:
            parts.append(arrow(675, 260, 675, 302))
        elif number > 1:
            parts.append(arrow(place + 146, 326, place + 128, 326))
    parts += [box(14, 304, 116, 44, "reports", "step"), arrow(164, 326, 132, 326)]
    parts.append(label(525, 376, "kept in the gradebook, so that a changed rubric is applied without a run", "small"))
    return svg(790, 394, parts, "From a solution to a student notebook, and from a submission to a report")


def inside_outside() -> str:
    """What is in which sandbox, and what comes out."""
    parts = [
        box(20, 40, 230, 200, "", "inside"),
        label(135, 30, "first sandbox: student code"),
        box(270, 40, 230, 200, "", "inside"),
        label(385, 30, "second sandbox: none"),
        label(650, 30, "outside: our code only"),
        box(540, 40, 230, 200, "", "file"),
        *lines(
            135,
            72,
            ["the notebook runs", "a probe calls its functions", "on images that nobody knew", "no network, no rubric"],
        ),
        *lines(
            385, 72, ["the saved model is loaded", "in safe mode", "and predicts images", "that came without labels"]
        ),
        *lines(
            655,
            72,
            [
                "raw files become facts:",
                "which file went where,",
                "what pixels were changed",
                "how many labels are right",
            ],
        ),
        box(40, 175, 190, 44, "files, one pipe", "file"),
        box(290, 175, 190, 44, "predictions", "file"),
        box(560, 175, 190, 44, "verdicts", "step"),
        '<path class="line" d="M135 221 V268 H635 V222"/>',
        arrow(482, 197, 558, 197),
        arrow(232, 197, 288, 197),
        label(300, 290, "never inside: the rubric, the holdout's labels, other students' work"),
    ]
    return svg(790, 306, parts, "What runs inside the two sandboxes, and what is decided outside them")


def row(parts: list[str], y: int, names: Sequence[str], kind: str) -> None:
    """Boxes side by side."""
    parts += [box(30 + 160 * number, y, 150, 44, name, kind) for number, name in enumerate(names)]


def box(x: int, y: int, width: int, height: int, text: str, kind: str) -> str:  # noqa: PLR0917
    """A rectangle with a name in its middle."""
    rectangle = f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="8"/>'
    return rectangle + (label(x + width // 2, y + height // 2 + 5, text) if text else "")


def label(x: int, y: int, text: str, kind: str = "") -> str:
    """A line of text around a point."""
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x}" y="{y}">{escape(text)}</text>'


def lines(x: int, y: int, texts: Sequence[str]) -> list[str]:
    """Lines of small text below each other."""
    return [label(x, y + 22 * number, text, "small") for number, text in enumerate(texts)]


def arrow(x: int, y: int, to_x: int, to_y: int) -> str:
    """From one point to another."""
    return f'<path class="line" d="M{x} {y} L{to_x} {to_y}"/>'


def svg(width: int, height: int, parts: Sequence[str], title: str) -> str:
    """A whole drawing, which follows the reader's colour scheme."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t">'
    ground = f'<rect class="ground" width="{width}" height="{height}" rx="8"/>'
    inside = "\n".join([ground, *parts])
    return f'{head}\n<title id="t">{escape(title)}</title>\n<style>{STYLE}</style>\n{TIP}\n{inside}\n</svg>\n'


if __name__ == "__main__":
    main()
