"""The file is named for a script. In a report the name stands in headings, in links and in the titles of links."""


def write(draft):
    draft.last("x = 1")
    draft.die()
