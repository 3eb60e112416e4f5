"""What every attack of the suite shares: how it is described, planted in a class, graded and looked at afterwards."""

import base64
import io
import json
import os
import tempfile
import threading
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import nbformat
import psutil
from nbformat import NotebookNode
from pydantic import BaseModel, ConfigDict, Field

from grader.cli import main
from grader.observation import RunStatus
from grader.sandbox import Job, Result, Sandbox
from grader.sandbox.warm import WarmSandbox

HERE = Path(__file__).parent
EVERY = 6
"""An honest notebook stands after so many attacks."""

Category = Literal["resources", "reach", "files", "notebook", "forging", "models", "reports"]


class Expectation(BaseModel):
    """What must become of an attack, beyond what every attack must obey."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: tuple[str, ...] = ("ok",)
    """Statuses that the run may have."""
    fails: tuple[str, ...] = ()
    """Criteria that must earn nothing."""
    keeps: tuple[str, ...] = ()
    """Criteria that must earn what the twin earns: the attack must not cost its own author more than it has to."""
    says: dict[str, str] = Field(default_factory=dict)
    """Criterion -> words that its feedback or what was measured must hold."""
    message: str = ""
    """Words that the run's message must hold."""
    never: tuple[str, ...] = ()
    """Texts that no report may hold, as bytes of the file; JSON is left out."""


class Card(BaseModel):
    """The content of `attack.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    """What the attack tries, in one sentence."""
    source: str
    """Where it is known from: a CVE, a grader, a paper, an issue."""
    category: Category
    twin: str = "stub"
    """The honest notebook (`honest/NAME.py`) that it is made from; the attack may not earn more in any criterion."""
    student: str = ""
    """A hostile name for the file, without its ending; empty for the folder's name with a number."""
    limits: dict[str, float] = Field(default_factory=dict)
    """Limits of the run in place of the class's, by the names in `grader.course.Limits`, so that it
    runs into them soon."""
    expect: Expectation = Expectation()


def archive(config: Any, *, weights: bytes = b"", extra: Mapping[str, bytes] | None = None) -> bytes:
    """The bytes of a `.keras` file with a configuration of the attacker's choice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("metadata.json", json.dumps({"keras_version": "3.15.1", "date_saved": "2025-01-01@00:00:00"}))
        file.writestr("config.json", config if isinstance(config, str | bytes) else json.dumps(config))
        file.writestr("model.weights.h5", weights)
        for name, content in (extra or {}).items():
            file.writestr(name, content)
    return buffer.getvalue()


def sequential(*layers: dict[str, Any], **top: Any) -> dict[str, Any]:
    """The configuration of a Sequential model over (32, 32, 3) images with the given layers."""
    first = layer("InputLayer", batch_shape=[None, 32, 32, 3], dtype="float32", name="input")
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "model", "trainable": True, "dtype": "float32", "layers": [first, *layers]},
        "registered_name": None,
        "build_config": {"input_shape": [None, 32, 32, 3]},
        **top,
    }


def layer(kind: str, *, module: str = "keras.layers", **config: Any) -> dict[str, Any]:
    """The configuration of one layer."""
    return {"module": module, "class_name": kind, "config": config, "registered_name": None}


class Draft:
    """A twin on its way to becoming an attack."""

    port = 9
    """Where the host listens by TCP, on its loopback."""
    socket_name = f"grader-adversarial-{os.getpid()}"
    """Abstract name of a socket at which the host listens, without the leading NUL."""

    def __init__(self, twin: str) -> None:
        self.cells = _cells(twin)
        """Sources of the code cells, in order."""
        self.forgery = (HERE / "forgery.py").read_text(encoding="utf-8")
        """Source that defines `forge()`, which writes all that the probe would write."""

    def first(self, source: str) -> None:
        """Put a cell before all others."""
        self.cells.insert(0, source)

    def last(self, source: str) -> None:
        """Put a cell after all others."""
        self.cells.append(source)

    def before(self, text: str, source: str) -> None:
        """Put a cell before the first one that holds a text."""
        self.cells.insert(next(i for i, cell in enumerate(self.cells) if text in cell), source)

    def replace(self, old: str, new: str) -> None:
        """Change a text that some cell must hold."""
        assert any(old in cell for cell in self.cells), old
        self.cells = [cell.replace(old, new) for cell in self.cells]

    def ship(self, name: str, content: bytes) -> None:
        """Put a cell at the end that writes a file where the grader takes files out."""
        text = base64.b64encode(content).decode()
        self.last(
            "import base64, os\n"
            f"with open(os.path.join(os.environ['GRADER_OUT'], {name!r}), 'wb') as file:\n"
            f"    file.write(base64.b64decode('{text}'))\n"
        )

    def model(self, content: bytes) -> None:
        """Hand in a crafted file as the model that `create_model` returns; no honest part of the run is left."""
        self.replace("def create_model():\n    pass", "def create_model():\n    return open('model.keras')")
        self.ship("built.keras", content)
        self.die()

    def die(self) -> None:
        """End the kernel before the probe, so that only what was written by hand goes out."""
        self.last("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")

    archive, sequential, layer = staticmethod(archive), staticmethod(sequential), staticmethod(layer)

    def notebook(self) -> NotebookNode:
        """The notebook as it stands."""
        return notebook(self.cells)


@dataclass(frozen=True)
class Attack:
    """One folder of the suite."""

    name: str
    card: Card
    module: ModuleType

    def write(self, path: Path) -> None:
        """Write the hostile notebook."""
        draft = Draft(self.card.twin)
        made = self.module.write(draft)
        if made is None:
            made = draft.notebook()
        if isinstance(made, NotebookNode):
            made = nbformat.writes(mark(made, self.name))
        path.write_bytes(made if isinstance(made, bytes) else made.encode())


def attacks() -> list[Attack]:
    """All attacks, ordered by name."""
    return [_load(path.parent) for path in sorted(HERE.glob("*/attack.toml"))]


def twins() -> list[str]:
    """Names of the honest notebooks."""
    return sorted(path.stem for path in (HERE / "honest").glob("*.py"))


def notebook(cells: list[str]) -> NotebookNode:
    """A notebook of code cells."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])


def mark(made: NotebookNode, attack: str) -> NotebookNode:
    """The notebook with the attack's name in a cell at the end, where no cell number changes."""
    made.cells.append(nbformat.v4.new_markdown_cell(f"Handed in by <{attack}>"))
    return made


def write_honest(twin: str, path: Path, *, comment: str = "") -> None:
    """Write an honest notebook; the same bytes whatever the file's name."""
    cells = _cells(twin)
    if comment:
        cells.append(f"# {comment}")
    made = notebook(cells)
    for index, cell in enumerate(made.cells):
        cell.id = f"cell-{index}"
    path.write_text(nbformat.writes(made))


class Recorder(Sandbox):
    """A sandbox that looks for planted texts in everything that comes out of another one."""

    name = "bwrap"
    isolates = True

    def __init__(self, real: Sandbox, canaries: Mapping[str, str]) -> None:
        self.name, self.isolates, self._real, self._canaries = real.name, real.isolates, real, canaries
        self.found: list[tuple[str, str, str]] = []
        """(program, canary, where) of each that got out."""
        self.faults: list[str] = []
        """What staff would read of each run that ended through a fault of the grader's."""
        self.inspected: dict[str, Result] = {}
        """Attack -> result of the second sandbox."""
        self.limits: dict[str, dict[str, float]] = {}
        """Attack -> limits of its own."""
        self._thread = threading.local()

    def close(self) -> None:
        """End what the sandbox keeps ready between runs; the next run starts it again."""
        if isinstance(self._real, WarmSandbox):
            self._real.close()

    def run(self, job: Job, spool: Path) -> Result:
        given = job.inputs.get("notebook.ipynb")
        if given is not None:
            self._thread.text = given.read_text(encoding="utf-8")
        own = self._thread.text
        author = own.rpartition("Handed in by <")[2].partition(">")[0]
        if given is not None and author in self.limits:
            job = _hurried(job, self.limits[author])
        result = self._real.run(job, spool)
        if result.status is RunStatus.INTERNAL:
            self.faults.append(f"{author}: {job.program}: {result.message}\n{result.log[-2000:]}")
        for name, canary in self._canaries.items():
            if canary not in own and any(_holds(content, canary) for content in _contents(result)):
                self.found.append((job.program, name, own[-200:]))
        if given is None:
            self.inspected[author] = result
        return result


def _hurried(job: Job, limits: Mapping[str, float]) -> Job:
    """The job with other limits, in its plan as well."""
    path = job.inputs["plan.json"]
    plan = json.loads(path.read_text(encoding="utf-8"))
    plan |= {name: value for name, value in limits.items() if name in plan}
    plan["probe_seconds"] = min(plan["probe_seconds"], plan["run_seconds"] / 4)
    plan["step_seconds"] = min(plan["step_seconds"], plan["probe_seconds"] / 3)
    path.write_text(json.dumps(plan), encoding="utf-8")
    return replace(job, limits=job.limits.model_validate({**job.limits.model_dump(), **limits}))


def _contents(result: Result) -> Iterator[bytes]:
    yield json.dumps(result.records, ensure_ascii=False).encode("utf-8", "replace")
    yield (result.log + result.message).encode("utf-8", "replace")
    for name, path in result.files.items():
        yield name.encode()
        yield path.read_bytes()


def _holds(content: bytes, text: str) -> bool:
    raw = text.encode()
    return any(form in content for form in (raw, raw.hex().encode(), base64.b64encode(raw)[:-4], raw[::-1]))


@dataclass
class Batch:
    """A class that was graded, and what was around before and afterwards."""

    out: Path
    status: int
    printed: str
    """All that the command wrote to its terminal."""
    recorder: Recorder
    cards: dict[str, dict[str, Any]]
    left: list[str] = field(default_factory=list)
    """Processes, mounts and temporary files that were not there before."""

    def card(self, name: str) -> dict[str, Any]:
        """The scorecard of one attack or honest notebook, whatever number its file has."""
        for student, card in self.cards.items():
            if student.partition("-")[2] == name or student == _NAMES.get(name):
                return card
        raise LookupError(name)


def grade(course: Path, folder: Path, out: Path, recorder: Recorder, *, jobs: int, temporary: Path) -> Batch:
    """Grade a folder by the command line, in this process."""
    before = _surroundings(temporary)
    words = ["--course", course, "grade", "week1", folder, "--out", out, "--jobs", jobs]
    printed = io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            main([str(word) for word in words])
        status = 0
    except SystemExit as stop:
        status = int(stop.code or 0)
    recorder.close()
    cards = json.loads((out / "scores.json").read_text())["submissions"]
    left = sorted(_surroundings(temporary) - before)
    return Batch(out, status, printed.getvalue(), recorder, {card["student"]: card for card in cards}, left)


def _surroundings(temporary: Path) -> set[str]:
    """All that a run could leave on this machine: children, mounts, files in the folder for temporary ones."""
    children = {f"process {p.pid} {p.name()}" for p in psutil.Process().children(recursive=True)}
    strays = {f"process {p.pid} {p.info['name']}" for p in psutil.process_iter(["name"]) if _is_ours(p)}
    mounts = {f"mount {line.split()[4]}" for line in Path("/proc/self/mountinfo").read_text().splitlines()}
    files = {f"file {path}" for path in temporary.rglob("*")}
    return children | strays | mounts | files


def _is_ours(process: psutil.Process) -> bool:
    """A process of a sandbox that this test run started, though it may no longer be its child."""
    try:
        return process.environ().get("GRADER_TEST_TEMPORARY") == tempfile.gettempdir()
    except psutil.Error:
        return False


_NAMES: dict[str, str] = {}
"""Attack -> the student's name, where the attack is in that name."""


def fill(folder: Path, chosen: list[Attack], *, secret: str) -> list[str]:
    """Write the class: the attacks with an honest notebook after every few; the students' names, honest ones first."""
    honest: list[str] = []
    number = 0

    def place(name: str, write: Callable[[Path], None], student: str = "") -> None:
        nonlocal number
        write(folder / f"{student or f'{number:03}-{name}'}.ipynb")
        number += 1
        if student:
            _NAMES[name] = student

    for index, attack in enumerate(chosen):
        if index % EVERY == 0:
            name = f"honest-{attack.card.category}-{index}"
            honest.append(name)
            place(name, lambda path: write_honest("whole", path))
        place(attack.name, attack.write, attack.card.student)
    place("honest-neighbour", lambda path: write_honest("stub", path, comment=secret))
    return honest


def _cells(twin: str) -> list[str]:
    """The cells of an honest notebook, which is kept as a script with `# %%` between them."""
    text = (HERE / "honest" / f"{twin}.py").read_text(encoding="utf-8")
    return [cell.partition("\n")[2].strip() for cell in text.split("# %%")[1:]]


def _load(folder: Path) -> Attack:
    card = Card.model_validate(tomllib.loads((folder / "attack.toml").read_text(encoding="utf-8")))
    spec = util.spec_from_file_location(f"attack_{folder.name}", folder / "attack.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return Attack(folder.name, card, module)
