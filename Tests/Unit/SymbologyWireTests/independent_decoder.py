"""Decodes and re-encodes every vector by the schema, with the PyPI package `sbe`, which knows nothing of Symbology.

Usage: independent_decoder.py SCHEMA VECTOR_FOLDER. Prints one line per disagreement and the number of vectors; exits 1 when
anything disagreed.
"""

import json
import pathlib
import sys

import sbe

NULL = {"B": 2**8 - 1, "H": 2**16 - 1, "I": 2**32 - 1, "Q": 2**64 - 1, "q": -(2**63)}


def raw(view, name, buffer):
    """The field's own bytes or number. `decode` would drop all that is not ASCII and turn enumerations into names."""
    pointer = view.body.get_raw_pointer(name)
    return pointer.unpack(buffer), pointer


def faults(schema, path):
    vector = json.loads(path.read_text())
    frame = bytes.fromhex(vector["hex"])
    buffer = memoryview(frame)
    header = schema.decode_header(frame)
    message = schema.messages[header["templateId"]]
    if message.name != vector["message"] or header["templateId"] != vector["template"]:
        yield f"the schema calls template {header['templateId']} {message.name}"
    if (header["schemaId"], header["version"]) != (7001, 1):
        yield f"header {header}"
    if header["blockLength"] != message.blockLength or len(frame) != 8 + message.blockLength:
        yield f"blockLength {header['blockLength']}, the schema says {message.blockLength}, the frame has {len(frame)} bytes"

    view = schema.wrap(frame)
    named = set()
    for field in message.fields:
        value, pointer = raw(view, field.name, buffer)
        if field.name.startswith("padding"):
            if value not in (0, bytes(pointer.size)):
                yield f"{field.name} is not zero"
            continue
        named.add(field.name)
        if field.name not in vector["fields"]:
            yield f"the vector has no field {field.name}"
            continue
        expected = vector["fields"][field.name]
        if isinstance(expected, str):
            expected = expected.encode().ljust(pointer.size, b"\0")
        elif expected is None:
            expected = NULL[pointer.value]
        if value != expected:
            yield f"{field.name} is {value!r}, the vector says {expected!r}"
    for name in vector["fields"].keys() - named:
        yield f"the schema has no field {name}"

    if all(ord(c) < 128 for v in vector["fields"].values() if isinstance(v, str) for c in v):
        decoded = schema.decode(frame)
        if schema.encode(message, decoded.value) != frame:
            yield "does not encode to the same bytes"


def main():
    schema_path, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    count, bad = 0, False
    for path in sorted(folder.glob("*.json")):
        # Asking for a raw pointer makes the parsed schema forget that the field is an enumeration: parse it anew.
        with open(schema_path, "rb") as file:
            schema = sbe.Schema.parse(file)
        count += 1
        for fault in faults(schema, path):
            bad = True
            print(f"{path.name}: {fault}")
    print(f"{count} vectors")
    sys.exit(1 if bad or count == 0 else 0)


main()
