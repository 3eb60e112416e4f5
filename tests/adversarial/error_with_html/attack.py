"""The name of an error and its message are the student's to choose, and reports quote both."""

HOSTILE = r"""
name = "<script>alert('from-error')</script>"
raise type(name, (Exception,), {})("</code></pre></script><img src=x onerror=alert(1)><iframe src=javascript:alert(1)>")
"""


def write(draft):
    draft.last(HOSTILE)
