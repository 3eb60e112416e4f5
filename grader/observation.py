"""Observations: facts about one run of one submission, each with its provenance, never an opinion.

The sandbox and the probes produce raw files; `grader.measure` turns those into the records below; `grader.judge` reads
nothing else. All of it is JSON, so judging again needs no notebook, no model and no array.
"""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from grader.model import Json, Model

__all__ = [
    "Accuracy",
    "Again",
    "Answer",
    "Augmentation",
    "AugmentationSetting",
    "BaseWeights",
    "CallbackCase",
    "CellRun",
    "CodeError",
    "Conditions",
    "Directories",
    "Figure",
    "Function",
    "Hint",
    "History",
    "KerasModel",
    "Layer",
    "Loss",
    "Machine",
    "Mistake",
    "Observations",
    "Optimizer",
    "Output",
    "Parsed",
    "Pipeline",
    "Provenance",
    "Run",
    "RunStatus",
    "Split",
    "Training",
]


class Provenance(StrEnum):
    """Where a fact comes from, the most trustworthy first."""

    MEASURED = "measured"
    """Taken outside the student's process, from files, pixels or a freshly loaded model."""
    OBSERVED = "observed"
    """Written down by a probe that ran in the student's process."""
    CLAIMED = "claimed"
    """Said by the student's own objects, such as `History.history`."""


class RunStatus(StrEnum):
    """How the execution of a submission ended."""

    OK = "ok"
    CELL_ERROR = "cell_error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    DISK = "disk"
    KILLED = "killed"
    INTERNAL = "internal"
    """Our fault: the score is held."""


class CodeError(Model):
    """An exception that student code raised."""

    name: str
    """Class name, such as `ValueError`."""
    message: str
    """First 500 characters of its text."""
    line: str = ""
    """The student's own source line that raised it, stripped; empty when unknown."""
    line_number: int | None = None
    """Line within the cell, counted from 1."""


class CellRun(Model):
    """How one code cell ended."""

    index: int
    """Position among all cells of the notebook, counted from 0."""
    status: Literal["ok", "error", "timeout", "not_run"]
    seconds: float = 0.0
    error: CodeError | None = None
    excused: bool = False
    """It failed at a download, for which there is no network here, and defines no graded function."""
    source: str = ""
    """The cell as it was run; the end of a very long one, and whole cells of a very long notebook, are left out."""


class Hint(Model):
    """A spelling that Keras 3 removed. It works here all the same, and costs nothing."""

    cell: int
    """Index of the cell."""
    line_number: int
    """Within the cell, counted from 1."""
    line: str
    modern: str
    """What to write there today."""
    provenance: Provenance = Provenance.MEASURED


class Machine(Model):
    """What of the machine could make the same training come out differently elsewhere."""

    processor: str = ""
    architecture: str = ""
    instructions: tuple[str, ...] = ()
    """Instruction sets by which numerical libraries choose how to add up."""
    threads: dict[str, str] = Field(default_factory=dict)
    """The variables that fix how many threads add up at once."""
    deterministic: bool = False
    """TensorFlow was told to choose ops that give the same result each time."""
    provenance: Provenance = Provenance.OBSERVED


class Conditions(Model):
    """What a run was made with, so that it can be made again."""

    machine: Machine | None = None

    versions: dict[str, str] = Field(default_factory=dict)
    """Of Python and of the packages that observations depend on."""
    sandbox: str = ""
    seed: int | None = None
    """Of Python, NumPy, TensorFlow and Keras, before the first cell."""
    limits: dict[str, float] = Field(default_factory=dict)
    """Names as in `grader.course.Limits`; seconds, bytes and counts."""
    data: str = ""
    """Name of the data set with a digest of what it holds, or `real`."""
    worker: str = ""
    """Name of the worker of a cluster that ran it; empty for the coordinator's own machine."""


class Run(Model):
    """One execution of the notebook, told by the executor outside the student's kernel."""

    status: RunStatus
    seconds: float
    """Wall-clock seconds of the notebook's own cells and the probes."""
    message: str = ""
    """What stopped the run, in one sentence; empty when nothing did."""
    cells: tuple[CellRun, ...] = ()
    """Code cells only, in order."""
    hides_errors: bool = False
    """A line of the grader's that must fail did not, so what the kernel says about the cells cannot be believed."""
    provenance: Provenance = Provenance.MEASURED


class Function(Model):
    """One function of the assignment's contract."""

    name: str
    defined: bool
    """A callable of that name exists once the notebook has run."""
    parameters: tuple[str, ...] = ()
    """Names of its positional parameters, from the notebook's source."""
    empty: bool = False
    """Its body holds no statement but a docstring, `pass`, `...` or `raise NotImplementedError`."""
    unused: tuple[str, ...] = ()
    """Parameters that its body never reads."""
    reads: tuple[str, ...] = ()
    """Variables of the notebook that its body reads."""
    cell: int | None = None
    """Index of the cell that defines it."""
    stands_for: tuple[str, ...] = ()
    """Functions of another edition of the course that it takes the place of in this notebook."""
    error: CodeError | None = None
    """What it raised when the probe called it."""
    provenance: Provenance = Provenance.OBSERVED


class Directories(Model):
    """The folders that `create_train_val_dirs` made below an empty root."""

    folders: tuple[str, ...]
    """Relative POSIX paths, sorted."""
    error: CodeError | None = None
    provenance: Provenance = Provenance.MEASURED


class Split(Model):
    """One call of `split_data` on a folder made for the purpose, counted from the files that it left behind."""

    share: float
    """The SPLIT_SIZE that was passed, in (0, 1)."""
    files: int
    """Non-empty files in the source folder."""
    empty: int
    """Zero-length files in the source folder."""
    training: int
    """Source files found in the training folder, empty ones not counted."""
    validation: int
    shared: int
    """Source files found in both folders."""
    lost: int
    """Non-empty source files found in neither folder."""
    foreign: int
    """Files in either folder whose name or content is not of the source."""
    empty_copied: int
    """Zero-length files in either folder."""
    source_intact: bool
    """The source folder still holds what it held before the call."""
    in_order: bool
    """The training files are the first (or last) of the source listing, so nothing was shuffled."""
    empty_reported: int
    """Zero-length files that the printed text names."""
    error: CodeError | None = None
    provenance: Provenance = Provenance.MEASURED


class Pipeline(Model):
    """What a generator or data set yields for images whose pixels the grader chose."""

    image_shape: tuple[int, ...] = ()
    """(height, width, channels) of one image; empty when no batch came."""
    batch_size: int = 0
    """Images in the first batch."""
    images: int = 0
    """Images drawn in all (one pass, at most the number offered)."""
    low: float = 0.0
    """Smallest pixel value that came out; the images hold values from 0 to 255."""
    high: float = 0.0
    """Largest pixel value that came out."""
    scale: float = 0.0
    """Least-squares factor from an input pixel to an output pixel: 0.0039 for rescale=1/255, 1.0 for none."""
    offset: float = 0.0
    """Least-squares constant that is added after scaling."""
    interpolation: Literal["nearest", "bilinear", "other"] = "bilinear"
    """How the pipeline resizes."""
    label_form: Literal["integers", "one_hot", "none", "other"] = "none"
    label_shape: tuple[int, ...] = ()
    """Shape of the first batch of labels, the batch axis included."""
    label_values: tuple[float, ...] = ()
    """Distinct values among the labels, at most 32."""
    classes: int = 0
    """Classes that the labels tell apart."""
    labels_right: float = 0.0
    """Share of images whose label is that of their folder, under the best naming of the classes."""
    naming: dict[int, int] = Field(default_factory=dict)
    """Label value, or column of one-hot labels -> index of the class (in alphabetical order) that it stands for, under
    that naming."""
    from_other_folder: int = 0
    """Images that belong to the other folder (validation images in training data, or the reverse)."""
    distortion: float = 0.0
    """Largest root-mean-square distance, in units of the pixel range, between an image that came out and the same
    image merely resized and rescaled; 0 for an untouched one."""
    changes: tuple[str, ...] = ()
    """What was done to the images beyond resizing and rescaling: `flip`, `shift`, `rotation`, `brightness`, `other`."""
    sources: tuple[int, ...] = ()
    """For each image its number among those that went in; -1 for one that is none of them."""
    error: CodeError | None = None
    provenance: Provenance = Provenance.MEASURED


class AugmentationSetting(Model):
    """One kind of random change, as recovered from fiducial images.

    Rotation and shear are in degrees, shifts in shares of the side, zoom, contrast and brightness in relative changes
    (0.2 is 20 % more), tint in shares of the pixel range. All are 0 where nothing was done.
    """

    low: float
    """Lower end of the range that values are drawn from, estimated without bias for a uniform distribution."""
    high: float
    share: float = Field(ge=0, le=1)
    """Share of the images that were changed in this way; of a flip it is all that there is to say."""
    interval: tuple[float, float]
    """95 % confidence interval: of `reach`, or of a flip's share."""
    samples: int

    @property
    def reach(self) -> float:
        """How far it goes at most, either way."""
        return max(abs(self.low), abs(self.high))


class Augmentation(Model):
    """What happens to training images, measured on images with marks at known places."""

    settings: dict[str, AugmentationSetting] = Field(default_factory=dict)
    """`rotation`, `shear`, `zoom_height`, `zoom_width`, `height_shift`, `width_shift`, `horizontal_flip`,
    `vertical_flip`, `brightness`, `contrast`, `tint`; empty when too few images could be read."""
    samples: int = 0
    """Images that the marks were found in."""
    unreadable: int = 0
    """Images in which they could not be found."""
    brightness_form: Literal["factor", "added"] = "factor"
    """Whether brightness multiplies pixels or is added to them, then as a share of the pixel range."""
    places: tuple[str, ...] = ()
    """Where it happens: `data`, `model`."""
    claimed: dict[str, tuple[float, float]] = Field(default_factory=dict)
    """The same settings, as the student's own generator or the layers of the model name them."""
    error: CodeError | None = None
    provenance: Provenance = Provenance.MEASURED


class CallbackCase(Model):
    """One epoch's end as it was shown to the student's callback."""

    name: str
    """What the case is about, such as `accuracy just below`."""
    logs: dict[str, float]
    stopped: bool
    """Whether it set `model.stop_training`."""
    error: CodeError | None = None
    provenance: Provenance = Provenance.OBSERVED


class Layer(Model):
    """One layer of a loaded model; nested models are flattened."""

    name: str
    kind: str
    """Keras class name, such as `Conv2D`."""
    activation: str | None = None
    """Name of its activation (`linear` when it has none set); None for layers without one."""
    output_shape: tuple[int | None, ...] = ()
    """Batch axis included."""
    parameters: int = 0
    trainable: int = 0
    """Trainable parameters."""
    settings: dict[str, Json] = Field(default_factory=dict)
    """Selected settings: units, filters, kernel_size, strides, pool_size, rate, factor, height_factor, width_factor,
    mode, scale, offset."""


class Output(Model):
    """What the model yields in the end, whatever layers spell it."""

    units: int
    activation: str
    """`sigmoid`, `softmax`, `linear` or another Keras name; an `Activation` layer or operation after the last Dense
    layer counts."""
    layer: str
    """Kind of the last layer that has weights, such as `Dense`."""


class Loss(Model):
    """The loss that the model was compiled with."""

    name: str
    """Keras snake-case name, such as `binary_crossentropy`; `unknown` for a custom one."""
    from_logits: bool = False


class Optimizer(Model):
    """The optimizer that the model was compiled with."""

    name: str
    learning_rate: float | None = None


class KerasModel(Model):
    """A saved model, loaded in a fresh sandbox in safe mode; no student code ran beside it."""

    input_shape: tuple[int | None, ...] = ()
    """Batch axis included."""
    output: Output | None = None
    layers: tuple[Layer, ...] = ()
    parameters: int = 0
    trainable: int = 0
    head_input: str | None = None
    """Name of the layer whose output enters the head (`Flatten`, global pooling or `Dense`); that is where a
    pretrained base was cut."""
    compiled: bool = False
    loss: Loss | None = None
    metrics: tuple[str, ...] = ()
    """Resolved names of the metrics besides the loss, such as `binary_accuracy`; `accuracy` is resolved to what Keras
    makes of it for this output and the labels that the training data yields."""
    metrics_claimed: tuple[str, ...] = ()
    """The metrics as the student wrote them."""
    optimizer: Optimizer | None = None
    first_convolution_range: tuple[float, float] | None = None
    """Smallest and largest value that reach the first convolution for pixels prepared as the student's validation data
    prepares them; None when there is no convolution or the images do not fit."""
    error: str | None = None
    """Why it could not be saved or loaded; the other fields are then empty."""
    provenance: Provenance = Provenance.MEASURED


class BaseWeights(Model):
    """The layers ahead of a model's head, compared with the file of pretrained weights."""

    layers: int
    """That have weights."""
    equal: int
    """All of whose arrays are in the file."""
    differing: tuple[str, ...] = ()
    """Names of the first few others."""
    trainable: int = 0
    """Parameters among them that training would change."""
    provenance: Provenance = Provenance.MEASURED


class Parsed(Model):
    """What a function made of a CSV file whose rows the grader wrote."""

    images_shape: tuple[int, ...] = ()
    labels_shape: tuple[int, ...] = ()
    rows: int = 0
    """In the file, its header not counted."""
    images_right: float = 0.0
    """Share of the rows whose pixels are all where they belong."""
    labels_right: float = 0.0
    renumbered: dict[int, int] = Field(default_factory=dict)
    """Label that came back -> label in the file, where every row has another number than its own or some do, and yet
    each number stands for one label; empty where labels are right or no such order is to be seen."""
    error: CodeError | None = None
    provenance: Provenance = Provenance.MEASURED


class Training(Model):
    """What the notebook's calls of `fit` took in all, and whether the week's budget ended one of them."""

    epochs: float = 0
    steps: float = 0
    seconds: float = 0.0
    stopped: Literal["", "epochs", "steps", "seconds"] = ""
    """What was used up."""
    limit: float | None = None
    """Of that, how much the week allows."""
    left_out: str = ""
    """Why training was left out, a step for each epoch in its place, as a clause; empty where it was not."""
    provenance: Provenance = Provenance.OBSERVED


class History(Model):
    """What `History.history` says; only ever compared with what was measured."""

    epochs: int
    curves: dict[str, tuple[float | None, ...]]
    """One value an epoch; None for NaN and infinity."""
    provenance: Provenance = Provenance.CLAIMED


class Accuracy(Model):
    """Predictions of the trained model, compared with labels that never entered a sandbox."""

    correct: int
    images: int
    confusion: tuple[tuple[int, ...], ...]
    """Rows are true classes, columns predicted ones, in the order of `classes`."""
    classes: tuple[str, ...]
    draw: int = 0
    """Which draw of the images; under the same number they are the same ones."""
    provenance: Provenance = Provenance.MEASURED

    @property
    def share(self) -> float:
        """Correct predictions over images, in [0, 1]."""
        return self.correct / self.images


class Mistake(Model):
    """One training image that the trained model takes for something else."""

    image: int
    """Position in the sample of training images."""
    file: str
    """Folder and name of the file, such as `Cat/17.jpg`."""
    truth: str
    """Its class."""
    said: str
    """The class that the model gives it."""
    confidence: float | None = None
    """How sure the model is, in [0, 1], where its output can be read as a probability."""
    provenance: Provenance = Provenance.MEASURED


class Answer(Model):
    """What a student wrote below one heading."""

    heading: str
    cell: int
    """Index among all cells, from 0, of the one that holds the heading."""
    text: str
    """Markdown; at most 20,000 characters."""
    provenance: Provenance = Provenance.MEASURED


class Figure(Model):
    """One picture in the outputs of the executed notebook."""

    cell: int
    width: int
    height: int
    """Pixels."""
    colours: int
    """Distinct colours after reduction to 32 levels a channel; 1 for a blank picture."""
    provenance: Provenance = Provenance.MEASURED


class Again(Model):
    """The same notebook, run once more with another seed, for a result that chance could have decided."""

    seed: int
    run: Run
    train_accuracy: Accuracy | None = None
    holdout_accuracy: Accuracy | None = None


class Observations(Model):
    """All facts about one run. A fact that could not be had is None, and `missing` says why."""

    schema_version: Literal[1] = 1
    run: Run
    conditions: Conditions | None = None
    functions: dict[str, Function] = Field(default_factory=dict)
    """By contract name; a function that is not in the notebook is listed with `defined` false."""
    directories: Directories | None = None
    splits: tuple[Split, ...] = ()
    training_data: Pipeline | None = None
    validation_data: Pipeline | None = None
    augmentation: Augmentation | None = None
    """Of training images, by the training data, the front of the model, or both."""
    callback_cases: tuple[CallbackCase, ...] = ()
    """What the student's callback did with made-up logs."""
    built_model: KerasModel | None = None
    """What a fresh call of the model-building function returns."""
    built_base: BaseWeights | None = None
    """The pretrained part of that model, as it was before any training."""
    cut_model: KerasModel | None = None
    """What shows where the base was cut: that model, or where there is none the base under a head of ours."""
    trained_model: KerasModel | None = None
    """The model that the notebook trained."""
    trained_base: BaseWeights | None = None
    """The pretrained part of the trained model."""
    parsed: Parsed | None = None
    history: History | None = None
    training: Training | None = None
    train_accuracy: Accuracy | None = None
    """The trained model on a sample of the training images."""
    train_mistakes: tuple[Mistake, ...] = ()
    """Those of that sample that it is most wrong about, at most 12. Of the holdout none is ever shown."""
    holdout_accuracy: Accuracy | None = None
    again: tuple[Again, ...] = ()
    """Runs with other seeds, where a result lay close to a threshold."""
    figures: tuple[Figure, ...] = ()
    answers: tuple[Answer, ...] | None = None
    """What was written below the headings that the rubric names; None where it named none, or there was no notebook."""
    hints: tuple[Hint, ...] = ()
    """Old spellings; never part of a score."""
    missing: dict[str, str] = Field(default_factory=dict)
    """Field name -> why that fact is absent, in a sentence for the student."""
