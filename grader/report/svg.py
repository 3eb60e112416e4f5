"""Elements of inline SVG as text: a page has hundreds of them, and a class has thousands of pages."""

from collections.abc import Iterable

from markupsafe import Markup

__all__ = ["drawing", "element", "escape"]


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


def drawing(
    name: str, kind: str, title: str, described: str, parts: Iterable[str], *, size: tuple[float, float]
) -> Markup:
    """A whole drawing, which says in words what it shows to those who do not see it.

    Args:
        name: By which its ids begin.
        kind: Its class in the style sheet.
        title: What it is.
        described: What it shows.
        parts: Its elements, in the order in which they are painted.
        size: Width and height.
    """
    words = [
        element("title", escape(title), id=f"{name}-title"),
        element("desc", escape(described), id=f"{name}-desc"),
    ]
    whole = element(
        "svg",
        "".join((*words, *parts)),
        viewBox=f"0 0 {size[0]} {size[1]}",
        role="img",
        class_=kind,
        aria_labelledby=f"{name}-title {name}-desc",
    )
    return Markup(whole)  # noqa: S704 - all text in it is escaped


def _quoted(value: str) -> str:
    value = escape(value).replace('"', "&quot;")
    return value.replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#09;")
