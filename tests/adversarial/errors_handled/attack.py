"""IPython calls a registered handler in place of showing a traceback, and a patched `showtraceback` shows nothing, so
that no error output exists.
"""

HOSTILE = """
shell = get_ipython()
shell.set_custom_exc((BaseException,), lambda *args, **kwargs: [])
shell.showtraceback = shell.showsyntaxerror = shell._showtraceback = lambda *args, **kwargs: None
run = type(shell).run_cell_async

async def quiet(self, *args, **kwargs):
    result = await run(self, *args, **kwargs)
    result.error_in_exec = result.error_before_exec = None
    return result

type(shell).run_cell_async = quiet
"""


def write(draft):
    draft.first(HOSTILE)
