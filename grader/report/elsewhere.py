"""What could make the same notebook's score differ on another machine, for the card of its run."""

from grader.observation import Conditions, Training

__all__ = ["machine_rows"]

SAME = "The same there: the seeds, the order of files, the challenge, the images of the holdout."


def machine_rows(conditions: Conditions, training: Training | None) -> list[tuple[str, str]]:
    """Names and words: the processor, the threads, and what of all this matters to a score.

    Args:
        conditions: What the run was made with.
        training: What training took, where it was counted.
    """
    machine = conditions.machine
    if machine is None:
        return []
    processor = ", ".join(part for part in (machine.processor, machine.architecture) if part)
    if machine.instructions:
        processor += f", with {' '.join(machine.instructions)}"
    counts = {*machine.threads.values()}
    threads = "one thread for each sum" if counts == {"1"} else "as many threads as the machine has"
    if not counts <= {"1"}:
        threads = ", ".join(f"{name} {count}" for name, count in machine.threads.items())
    threads += ", ops that give the same result each time" if machine.deterministic else ""
    differ = (
        "Another kind of processor, other versions of TensorFlow, Keras or NumPy and other threads round sums "
        "otherwise, so that the accuracy after training can differ a little. "
    )
    if training is not None and training.stopped == "seconds":
        differ += "Training was ended by its seconds here; a faster processor gets further in them. "
    return [("Processor", processor), ("Threads", threads), ("Could differ elsewhere", differ + SAME)]
