"""Errors of downloads are excused, and no others."""

import pytest

from grader.measure.excuses import is_excused
from grader.observation import CodeError

WGET = "!wget --no-check-certificate \\\n  https://example.org/x.zip \\\n  -O /tmp/x.zip\nZipFile('/tmp/x.zip')"


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        (WGET, "BadZipFile", "File is not a zip file"),
        (WGET, "FileNotFoundError", "[Errno 2] No such file or directory: '/tmp/x.zip'"),
        ("urllib.request.urlretrieve(url, 'x')", "URLError", "<urlopen error [Errno -3] Temporary failure>"),
        ("tf.keras.utils.get_file('x', url)", "Exception", "URL fetch failure on https://example.org/x: None"),
        ("requests.get(url)", "ConnectionError", "Max retries exceeded"),
    ],
)
def test_a_download_that_cannot_work_here_is_excused(source, name, message):
    assert is_excused(source, CodeError(name=name, message=message))


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        (WGET, "NameError", "name 'ZipFile' is not defined"),
        (WGET, "FileNotFoundError", "[Errno 2] No such file or directory: '/tmp/PetImages/Cats'"),
        ("open('/tmp/x.zip')", "FileNotFoundError", "[Errno 2] No such file or directory: '/tmp/x.zip'"),
        ("model.fit(data)", "ConnectionError", "made up"),
    ],
)
def test_any_other_error_stands(source, name, message):
    assert not is_excused(source, CodeError(name=name, message=message))


def test_no_error_needs_no_excuse():
    assert not is_excused(WGET, None)
