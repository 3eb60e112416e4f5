"""Links to scripts, diagrams and formulas, which GitHub and notebooks draw, and fences that end the block around
them.
"""

HOSTILE = r"""
fences = "```\n```mermaid\nclick A href 'javascript:alert(1)'\n```\n$$\\href{javascript:alert(1)}{x}$$ ~~~\n"
links = "[x](javascript:alert(1)) <a href='javascript:alert(1)'>x</a> https://example.com/track www.example.com\n"
raise ValueError(fences + links + "@teacher #1\n# heading\n| a | b |")
"""


def write(draft):
    draft.last(HOSTILE)
