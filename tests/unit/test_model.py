"""Values of JSON inside records: strict where they come from Python, quick and the same where they come from JSON."""

import math

import pytest
from pydantic import ValidationError

from grader.model import Json, Model


class Record(Model):
    """Some evidence."""

    evidence: dict[str, Json]


def test_what_was_written_is_read_the_same():
    record = Record(evidence={"near": [0.5, None, True], "by": {"name": "dogs", "count": 3}})
    assert Record.model_validate_json(record.model_dump_json()) == record


@pytest.mark.parametrize("value", [object(), {1, 2}, math.nan, [math.inf], {"deep": [b"bytes"]}])
def test_python_gives_nothing_that_json_does_not_know(value: object):
    with pytest.raises(ValidationError):
        Record(evidence={"value": value})
