"""Every command and snippet of the README and the docs is run, or says why it cannot be and is still checked."""

import ast
import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from grader.cli import cli
from grader.course import CourseSettings
from grader.judge import compile_rubric
from grader.rubric import Criterion, Rubric

from .blocks import blocks_of

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
RUN = {"bash", "python"}
UNTESTED = "nothing says how this block is tested: say so in a comment above it, see tests/docs/blocks.py"
PARSED = {"toml", "yaml", "json"}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_block_is_run_or_says_why_not(page: Path):
    for block in blocks_of(page):
        assert block.mark or block.language in RUN | PARSED, f"{block.place}: {UNTESTED}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_block_has_a_valid_syntax(page: Path):
    """Those that are not run are read as well."""
    for block in blocks_of(page):
        try:
            match block.language:
                case "bash":
                    done = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True, check=False)
                    assert done.returncode == 0, done.stderr
                case "python":
                    ast.parse(block.text)
                case "toml":
                    tomllib.loads(block.text)
                case "yaml":
                    list(yaml.safe_load_all(block.text))
                case "json":
                    json.loads(block.text)
        except (SyntaxError, ValueError, yaml.YAMLError) as error:
            pytest.fail(f"{block.place}: {error}")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_grader_command_exists_with_its_options(page: Path):
    for block in blocks_of(page):
        if block.language == "bash" and block.mark != "usage":
            for words in commands_in(block.text):
                try:
                    understood(words)
                except click.UsageError as error:
                    pytest.fail(f"{block.place}: {' '.join(words)}: {error.format_message()}")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_grader_command_in_a_sentence_exists_with_its_options(page: Path):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    for span in re.findall(r"`(grader [^`]+)`", text):
        if not re.search(r"\.\.\.|[\[\]|]", span):
            for words in commands_in(" ".join(span.split())):
                try:
                    understood(words)
                except click.BadParameter:
                    pass  # `grader check` is a name, and N in `--jobs N` is no number
                except click.UsageError as error:
                    pytest.fail(f"{page.name}: {span}: {error.format_message()}")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_target_of_make_exists(page: Path):
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for block in blocks_of(page):
        if block.language == "bash":
            asked = re.findall(r"^make (?:-C \S+ )?([\w-]+)", block.text, re.MULTILINE)
            assert set(asked) <= targets, block.place


def commands_in(text: str) -> Iterator[list[str]]:
    """The calls of `grader` in a script, as lists of words."""
    for line in re.sub(r"\\\n", " ", text).splitlines():
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            continue  # a part of a longer string
        for start, word in enumerate(words):
            if word == "grader" and (start == 0 or words[start - 1] in {"&&", "||", "|", "time", "env", "then", "do"}):
                rest = words[start + 1 :]
                stop = next((n for n, each in enumerate(rest) if each in {"&&", "||", "|", ">", ">>", "2>", ";"}), None)
                yield rest[:stop]


def understood(words: list[str]) -> None:
    """Parses the words as the command line does, and runs nothing."""
    command: click.Command = cli
    context: click.Context | None = None
    rest = list(words)
    while isinstance(command, click.Group):
        context = command.make_context("grader", rest, parent=context)
        left = [*context._protected_args, *context.args]
        if not left:
            return
        _, found, rest = command.resolve_command(context, left)
        assert found is not None
        command = found
    if not {"--help", "-h", "--version"} & set(rest):
        command.make_context(command.name, rest, parent=context)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_parts_of_settings_are_what_the_models_take(page: Path):
    for block in blocks_of(page):
        if block.mark == "course":
            CourseSettings.model_validate(
                {"title": "A course", "weeks": {"w": {"data": "d"}}} | tomllib.loads(block.text)
            )
        if block.mark == "rubric":
            compile_rubric(whole_rubric(tomllib.loads(block.text)), where="rubric.toml")


def whole_rubric(part: dict) -> Rubric:
    """A rubric that holds the part; what its criteria need and are about is made up."""
    criteria = [Criterion.model_validate(one) for one in part.get("criteria", [])]
    needs = [name for one in criteria for name in one.needs if name not in {c.id for c in criteria}]
    part["criteria"] = [
        *({"id": name, "check": "notebook_runs", "title": name, "points": 1} for name in dict.fromkeys(needs)),
        *part.get("criteria", []),
    ] or [{"id": "runs", "check": "notebook_runs", "title": "It runs", "points": 1}]
    functions = part.setdefault("functions", [])
    known = {one["name"] for one in functions}
    functions += [
        {"name": n, "role": "model"} for n in dict.fromkeys(c.function for c in criteria) if n and n not in known
    ]
    if not functions:
        functions.append({"name": "create_model", "role": "model"})
    return Rubric.model_validate({"title": "A part", "image_shape": [9, 9, 3], **part})


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_usage_is_what_the_commands_take(page: Path):
    for block in blocks_of(page):
        if block.mark == "usage":
            joined = re.sub(r"\n +", " ", block.text)  # a line that goes on is indented
            shown = [line.split() for line in joined.splitlines() if line.startswith("grader ")]
            assert shown, block.place
            for _, name, *rest in shown:
                command = cli.commands[name]
                if isinstance(command, click.Group) and not rest[0].startswith("["):  # `ci` does something by itself
                    command = command.commands[rest[0].partition("|")[0]]
                options = {word for parameter in command.params for word in parameter.opts}
                for word in re.findall(r"--[a-z-]+", " ".join(rest)):
                    assert word in options, f"{block.place}: {name} has no {word}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_blocks_of_a_page_run_in_order(page: Path, tmp_path: Path, shell, matches):
    follow(blocks_of(page), tmp_path, shell, matches, slow=False)


SLOW = [page for page in PAGES if any(block.mark == "slow" for block in blocks_of(page))]


@pytest.mark.slow
@pytest.mark.parametrize("page", SLOW, ids=[str(page.relative_to(ROOT)) for page in SLOW])
def test_the_blocks_of_a_page_run_in_order_the_slow_ones_too(page: Path, tmp_path: Path, shell, matches):
    follow(blocks_of(page), tmp_path, shell, matches, slow=True)


def follow(page_blocks, folder: Path, shell, matches, *, slow: bool) -> None:
    """Does what a page says, in an empty folder."""
    if not any(block.mark in {"file", "append"} or block.language in RUN for block in page_blocks):
        return
    work, end = folder / "reader", folder / "end"
    work.mkdir()
    said: str | None = None
    for block in page_blocks:
        match block.mark:
            case "file" | "append":
                path = work / block.words
                path.parent.mkdir(parents=True, exist_ok=True)
                before = path.read_text() + "\n" if block.mark == "append" else ""
                path.write_text(before + block.text)
                continue
            case "output":
                assert said is None or matches(block.text, said), f"{block.place}: it said\n{said}"
                continue
            case "skip" | "usage" | "course" | "rubric" | "shown":
                said = None
                continue
            case "slow" if not slow:
                said = None
                continue
        if block.language in RUN:
            script = folder / "block.py"  # a file, so that functions have a source
            script.write_text(block.text)
            done = shell(block.text if block.language == "bash" else f'python "{script}"', work, end)
            wanted = int(block.words) if block.mark == "exit" else 0
            assert done.returncode == wanted, f"{block.place}: exit {done.returncode}\n{done.stdout}{done.stderr}"
            said, work = done.stdout, Path(end.read_text().strip())
