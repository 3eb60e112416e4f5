"""A small file with 5,000 cells, each of which costs a round trip to the kernel, a record and a row in each report."""


def write(draft):
    for number in range(5000):
        draft.last(f"{number}")
