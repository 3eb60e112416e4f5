"""Mark-up of rich in an error, unbalanced, so that reading it as mark-up raises an error itself."""

HOSTILE = r"""
message = "[/] [link=file:///etc/passwd]x[/link] [bold [@click=app.bell] [/red] {0} {x.__class__} %s %(x)d"
raise type("[/bold]", (Exception,), {})(message)
"""


def write(draft):
    draft.last(HOSTILE)
