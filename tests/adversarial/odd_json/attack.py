"""Result files in JSON with keys that come twice, NaN, numbers beyond any float, lone surrogates, 100,000 levels of
nesting, and a list where an object should be.
"""

FILES = {
    "functions": b'{"split_data": {"defined": true}, "split_data": {"defined": true, "defined": false}}',
    "history": b'{"error": null, "curves": {"loss": [NaN, 1e999, -Infinity], "accuracy": [1]}}',
    "directories": b"[" * 100_000 + b"]" * 100_000,
    "split-a": b'{"error": {"name": "\\ud800", "message": "\\udfff"}, "stdout": 7, "listing": {"a": 1}}',
    "split-b": b'{"error": null, "stdout": "\\u0000\\u001b[2J", "listing": [' + b"9" * 5000 + b"]}",
    "pipelines": b"[]",
    "training-data": b'{"batch_sizes": "aaaaaaaaaaaa", "label_shape": [1e400, true, null]}',
    "built": b'{"error": {"name": ["x"], "message": {"y": 1}, "line": 1, "extra": 2}}',
    "trained": b"",
}


def write(draft):
    for name, content in FILES.items():
        draft.ship(f"{name}.json", content)
    draft.die()
