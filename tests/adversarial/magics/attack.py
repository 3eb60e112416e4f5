"""Cell magics that run other languages, write files over the notebook's own, send scripts and pages to the browser,
and ask for the debugger, in which a run without a keyboard would wait for ever.
"""

CELLS = (
    "%%script bash --bg\nsleep 1000 & disown; yes > /dev/null &",
    "%%javascript\nalert(document.cookie)",
    "%%html\n<script src='https://example.org/x.js'></script><iframe src='file:///etc/passwd'></iframe>",
    "%%writefile /in/plan.json\n{}",
    "%load_ext autoreload",
    "x = !cat /proc/1/environ",
    "answer = input('name? ')",
)


def write(draft):
    for source in CELLS:
        draft.last(source)
