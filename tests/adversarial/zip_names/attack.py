"""Names with `..`, absolute ones, drive letters, backslashes and a null byte: unpacked into a folder they lie
somewhere else.
"""

NAMES = (
    "../../../out/functions.json",
    "/in/plan.json",
    "assets/../../x",
    "C:\\x",
    "..\\..\\x",
    "assets/a\x00.txt",
    "assets//x",
)


def write(draft):
    good = draft.sequential(draft.layer("Flatten", name="flatten"))
    draft.ship("trained.keras", draft.archive(good, extra={"assets/../../../out/functions.json": b"{}"}))
    draft.model(draft.archive(good, extra=dict.fromkeys(NAMES, b"{}")))
