#!/usr/bin/env python3
"""Writes what follows from the wire's schema: Swift's views, writers and vocabulary, and the tables of PROTOCOL.md.

Usage: generate.py [--check] [--schema FILE] [--into FOLDER]

  --check    writes nothing; prints the files that would change and exits 1 when there are any
  --schema   another schema than Protocol/symbology.sbe.xml
  --into     another folder than the repository to write into, and to compare with

A backend is a module in Protocol/generator with a function `files(schema)` that returns paths and texts, or, for a page
that has parts written by hand, `page(schema, text)`. Python's standard library is all it needs.
"""

import argparse
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from generator import schema as model  # noqa: E402
from generator import page, swift, swift_messages, swift_tests, swift_vocabulary  # noqa: E402

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
BACKENDS = [swift_vocabulary, swift_messages, swift_tests]
PAGES = [page]
# Where nothing but generated files may bear the first line that says so.
GENERATED_FOLDERS = ["Sources/SymbologyWire", "Tests/Unit/SymbologyWireTests"]


def outputs(schema, folder):
    texts = {}
    for backend in BACKENDS:
        texts.update(backend.files(schema))
    for backend in PAGES:
        texts[backend.PATH] = backend.page(schema, (folder / backend.PATH).read_text(encoding="utf-8"))
    for name, text in texts.items():
        longest = max(text.splitlines(), key=len)
        if name.endswith(".swift") and len(longest) > swift.COLUMN_COUNT:
            raise model.SchemaError(f"{name} would have a line of {len(longest)} columns: {longest.strip()}")
    return texts


def leftovers(texts, folder):
    """Generated files that the schema gives no reason for any more."""
    for name in GENERATED_FOLDERS:
        for path in sorted((folder / name).rglob("*.swift")):
            relative = path.relative_to(folder).as_posix()
            if relative not in texts and path.read_text(encoding="utf-8").startswith(swift.HEADER):
                yield relative


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--schema", type=pathlib.Path, default=REPOSITORY / "Protocol/symbology.sbe.xml")
    arguments.add_argument("--into", type=pathlib.Path, default=REPOSITORY)
    options = arguments.parse_args()

    try:
        schema = model.parse(options.schema.read_text(encoding="utf-8"))
        texts = outputs(schema, options.into)
    except model.SchemaError as error:
        sys.exit(f"{options.schema}: {error}")
    changed = []
    for name, text in sorted(texts.items()):
        path = options.into / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            changed.append(name)
            if not options.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for name in leftovers(texts, options.into):
        changed.append(name)
        if not options.check:
            (options.into / name).unlink()
    for name in changed:
        print(f"{name} {'would change' if options.check else 'written'}")
    sys.exit(1 if options.check and changed else 0)


main()
