"""What the Swift backends share: the first line of a file, comments, names."""

import textwrap

HEADER = (
    "// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.\n")
COLUMN_COUNT = 120


def comment(text: str, indent: str = "") -> str:
    """A doc comment, wrapped to the width of the house; empty for an empty text."""
    if not text:
        return ""
    width = COLUMN_COUNT - len(indent) - len("/// ")
    return "".join(f"{indent}/// {line}\n" for line in textwrap.wrap(text, width, break_on_hyphens=False))


def sentence(text: str) -> str:
    """With a capital at its front and a full stop at its end."""
    if not text:
        return ""
    first = text[0] if text[0] in "`" or text.startswith(("pg_", "µs")) else text[0].upper()
    return first + text[1:] + ("" if text.endswith((".", ":")) else ".")
