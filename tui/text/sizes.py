"""Sizes of files and memory, as people read them."""


def size_text(size: float) -> str:
    """Return bytes in the decimal units that Hugging Face and disks use, such as 2.5 GB."""
    if size >= 1e10:
        return f"{size / 1e9:.0f} GB"
    if size >= 1e9:
        return f"{size / 1e9:.2f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
