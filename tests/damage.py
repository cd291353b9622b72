"""Files as accidents leave them."""


def broken(data):
    """The bytes cut short at several places, and with one bit changed at many."""
    for size in (0, 1, 7, 8, 20, len(data) // 2, len(data) - 1):
        yield data[:size]
    header = int.from_bytes(data[:8], "little")
    for place in (0, 3, 8, 9, 8 + header, 8 + header + 5, len(data) - 1, *range(30, len(data), len(data) // 23)):
        yield data[:place] + bytes([data[place] ^ 16]) + data[place + 1 :]
