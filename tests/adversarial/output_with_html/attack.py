"""A cell shows HTML, JavaScript, SVG and a widget, and prints the same as text."""

HOSTILE = r"""
from IPython.display import HTML, SVG, Javascript, Markdown, display
attack = "<script>alert('from-output')</script><img src=x onerror=alert(1)>"
display(HTML(attack), Javascript("alert(1)"), Markdown("[x](javascript:alert(1))"))
display({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"}, raw=True)
display({"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}, raw=True)
print(attack, "::set-output name=score::100", "\x1b]8;;http://example.com\x07click\x1b]8;;\x07")
"""


def write(draft):
    draft.last(HOSTILE)
    draft.die()
