"""The views and writers of Swift by name, for tests that go over every message: what they are compared with, the tests
read from the schema themselves."""

from generator.schema import Message, Schema, lower_camel
from generator.swift import HEADER
from generator.swift_messages import Member, counted_bytes, members
from generator.swift_vocabulary import OPEN

FOLDER = "Tests/Unit/SymbologyWireTests"


def files(schema: Schema) -> dict[str, str]:
    requests = [message for message in schema.messages if message.is_request]
    responses = [message for message in schema.messages if not message.is_request]
    return {
        f"{FOLDER}/MessageCodec+RequestReading.swift": _reading("readRequest", requests),
        f"{FOLDER}/MessageCodec+RequestWriting.swift": _writing("writeRequest", requests),
        f"{FOLDER}/MessageCodec+ResponseReading.swift": _reading("readResponse", responses),
        f"{FOLDER}/MessageCodec+ResponseWriting.swift": _writing("writeResponse", responses),
    }


def _reading(function: str, messages: list[Message]) -> str:
    lines = [
        HEADER + "\nimport SymbologyWire\n\nextension MessageCodec {\n"
        f"    static func {function}(_ template: Template, _ frame: UnsafeRawPointer) -> [String: FieldValue]? {{\n"
        "        switch template {\n"
    ]
    for message in messages:
        lines.append(f"        case .{lower_camel(message.name)}:\n")
        lines.append(f"            let view = {message.name}View(frame)\n            return [\n")
        entries = [entry for member in members(message) for entry in _read(member)]
        comma = "," if len(entries) > 1 else ""
        lines.append(",\n".join(f"                {entry}" for entry in entries) + f"{comma}\n            ]\n")
    lines.append("        default: return nil\n        }\n    }\n}\n")
    return "".join(lines)


def _read(member: Member) -> list[str]:
    field = member.fields[0]
    value = f"view.{member.name}"
    if len(member.fields) == 2:
        return [f'"{part.name}": .number({value}.{_part(part)})' for part in member.fields]
    if field.is_text or field.is_bytes:
        return [f'"{member.name}": .text(Array({value}))']
    if field.is_boolean:
        return [f'"{member.name}": .number({value} ? 1 : 0)']
    if field.choice is not None:
        if field.choice.is_set or field.choice.name in OPEN:
            return [f'"{member.name}": .number({value}.rawValue)']
        return [f'"{member.name}": .number({value}?.rawValue ?? 0)']
    if field.type.null is not None:
        return [f'"{member.name}": .number({value} ?? {_null(field)})']
    return [f'"{member.name}": .number({value})']


def _writing(function: str, messages: list[Message]) -> str:
    lines = [
        HEADER + "\nimport SymbologyWire\n\nextension MessageCodec {\n"
        f"    static func {function}(_ template: Template, _ fields: FieldValues, to frame: UnsafeMutableRawPointer) {{\n"
        "        switch template {\n"
    ]
    for message in messages:
        counted = counted_bytes(message)
        arguments = ["to: frame"] + [
            f"{member.name}: {_write(member)}" for member in members(message) if member.name not in counted]
        lines.append(f"        case .{lower_camel(message.name)}:\n            {message.name}View.write(\n")
        lines.append(",\n".join(f"                {argument}" for argument in arguments) + ")\n")
    lines.append("        default: return\n        }\n    }\n}\n")
    return "".join(lines)


def _write(member: Member) -> str:
    field = member.fields[0]
    name = f'"{member.name}"'
    if len(member.fields) == 2:
        return f"fields.decimal({name})"
    if field.is_text:
        return f"fields.text({name})"
    if field.is_bytes:
        return f"fields.fill({name})"
    if field.is_boolean:
        return f"fields.number({name}, as: UInt8.self) != 0"
    if field.choice is not None:
        is_sure = field.choice.is_set or field.choice.name in OPEN or member.written_type.endswith("?")
        return f"{field.choice.name}(rawValue: fields.number({name})){'' if is_sure else '!'}"
    if field.type.null is not None:
        return f"fields.optional({name}, null: {_null(field)})"
    return f"fields.number({name})"


def _part(field) -> str:
    return "mantissa" if field.name.endswith("Mantissa") else "exponent"


def _null(field) -> str:
    return ".min" if field.type.primitive.startswith("int") else ".max"
