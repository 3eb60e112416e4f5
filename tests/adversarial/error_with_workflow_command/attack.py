"""The same commands for a runner, in an error with many lines and in what is printed."""

HOSTILE = r"""
print("\n::error::from the output\n::set-env name=PATH::/tmp")
more = "::add-mask::100\r\n##vso[task.setvariable variable=score]100\n::endgroup::"
raise ValueError("\n::error file=x::from the error\n" + more)
"""


def write(draft):
    draft.last(HOSTILE)
