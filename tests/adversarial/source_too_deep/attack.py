"""Sources that break who walks their syntax tree: two thousand `elif`s, hundreds of brackets, a null byte. The
kernel is asked to compile them, and the grader to read the functions in them.
"""


def write(draft):
    chain = "if x == 0:\n    pass\n" + "".join(f"elif x == {n}:\n    pass\n" for n in range(1, 2500))
    draft.last("x = 0\n" + chain)
    draft.last("z = " + "(" * 500 + ")" * 500)
    draft.last("\\x00def create_model(): return 1")
