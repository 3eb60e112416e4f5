"""Elements of inline SVG as text: a page has hundreds of them, and a class has thousands of pages."""

__all__ = ["element", "escape"]


def escape(text: str) -> str:
    """The text as the content of an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def element(tag: str, content: str = "", **attributes: str) -> str:
    """One element.

    Args:
        tag: Its name.
        content: Elements within, or text that was escaped.
        attributes: Values of its attributes, escaped here. Names have `_` for `-`, and one at their end where the name
            is a word of Python's.
    """
    said = "".join(f' {name.rstrip("_").replace("_", "-")}="{_quoted(value)}"' for name, value in attributes.items())
    return f"<{tag}{said}>{content}</{tag}>" if content else f"<{tag}{said} />"


def _quoted(value: str) -> str:
    value = escape(value).replace('"', "&quot;")
    return value.replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#09;")
