"""Sizes, offsets, flags and counts in the central directory differ from what the archive holds: an entry that is
marked as encrypted, one that begins beyond the end, one whose own header has another name, a count of 65,535.
"""


def write(draft):
    good = draft.archive(draft.sequential(draft.layer("Flatten", name="flatten")))
    start = good.index(b"PK\x01\x02")
    encrypted = bytearray(good)
    encrypted[start + 8] |= 1
    elsewhere = bytearray(good)
    elsewhere[start + 42 : start + 46] = (2**31).to_bytes(4, "little")
    renamed = bytearray(good)
    local = good.index(b"config.json")
    renamed[local : local + 11] = b"CONFIG.JSON"
    counted = bytearray(good)
    end = good.rindex(b"PK\x05\x06")
    counted[end + 8 : end + 12] = b"\xff\xff\xff\xff"
    draft.ship("trained.keras", bytes(renamed))
    draft.ship("other.keras", bytes(counted))
    draft.ship("another.keras", bytes(elsewhere))
    draft.model(bytes(encrypted))
