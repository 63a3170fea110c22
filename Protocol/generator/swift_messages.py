"""Every message in Swift, one file each: where its fields lie, the view that reads a frame in place and says what is
wrong with it, and the function that writes one."""

import dataclasses

from generator.schema import Field, Message, Schema, lower_camel
from generator.swift import COLUMN_COUNT, HEADER, comment, sentence
from generator.swift_vocabulary import OPEN

FOLDER = "Sources/SymbologyWire/Messages"

INTEGERS = {
    "uint8": "UInt8", "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64", "int8": "Int8", "int64": "Int64",
}


def files(schema: Schema) -> dict[str, str]:
    written = {f"{FOLDER}/{message.name}View.swift": _file(message) for message in schema.messages}
    written[f"{FOLDER}/FrameValidation.swift"] = _validation(schema)
    written[f"{FOLDER}/WireLimits+Schema.swift"] = _limits(schema)
    return written


@dataclasses.dataclass(frozen=True)
class Member:
    """What Swift sees of one field, or of the mantissa and the exponent of a decimal."""
    name: str
    swift_type: str
    """Of the getter and of the writer's parameter."""
    written_type: str
    fields: tuple[Field, ...]
    description: str


def members(message: Message) -> list[Member]:
    by_name = {field.name: field for field in message.named_fields}
    found = []
    for field in message.named_fields:
        decimal = _decimal_name(field, by_name)
        if decimal is None:
            found.append(_member(message, field))
        elif field.name.endswith("Exponent"):
            parts = (by_name[decimal + "Mantissa"], field)
            found.append(Member(decimal, "WireDecimal", "WireDecimal", parts, parts[0].description))
    return found


def _decimal_name(field: Field, by_name) -> str | None:
    for ending in ("Mantissa", "Exponent"):
        name = field.name.removesuffix(ending)
        if name != field.name and name + "Mantissa" in by_name and name + "Exponent" in by_name:
            return name
    return None


def _member(message: Message, field: Field) -> Member:
    if field.is_text:
        types = ("UnsafeRawBufferPointer", "some Collection<UInt8>")
    elif field.is_bytes:
        types = ("UnsafeRawBufferPointer", "(UnsafeMutableRawBufferPointer) -> Int")
    elif field.is_boolean:
        types = ("Bool", "Bool")
    elif field.choice is not None:
        name = field.choice.name
        is_total = field.choice.is_set or name in OPEN
        may_be_any = any(value.name == "any" for value in field.choice.values)
        types = (name if is_total else name + "?", name + "?" if may_be_any else name)
    else:
        integer = INTEGERS[field.type.primitive]
        types = (integer + "?", integer + "?") if field.type.null is not None else (integer, integer)
    return Member(field.name, types[0], types[1], (field,), field.description)


def counted_bytes(message: Message) -> dict[str, str]:
    """For a count of bytes the field with the bytes that it counts."""
    return {field.name + "ByteCount": field.name for field in message.fields if field.is_bytes}


def layout(field: Field) -> str:
    return f"Layout.{field.name}"


def _file(message: Message) -> str:
    return (
        HEADER + "\n" + _layout(message) + "\n"
        + comment(
            f"Template {message.template}, {message.frame_byte_count} bytes. {sentence(message.description)}")
        + f"public struct {message.name}View: MessageView {{\n"
        f"    public typealias Layout = WireLayout.{message.name}\n\n"
        "    public let base: UnsafeRawPointer\n\n"
        "    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }\n\n"
        f"    @inlinable public static var template: Template {{ .{lower_camel(message.name)} }}\n\n"
        + "".join(_getter(message, member) for member in members(message))
        + "\n" + _fault(message) + "\n" + _writer(message) + "}\n")


def _layout(message: Message) -> str:
    lines = [
        "extension WireLayout {\n",
        f"    public enum {message.name} {{\n",
        f"        @inlinable public static var frameByteCount: Int {{ {message.frame_byte_count} }}\n",
    ]
    for field in message.fields:
        if field.is_padding or field.is_text or field.is_bytes:
            kind, value = "Range<Int>", f"{field.offset}..<{field.end}"
        else:
            kind, value = "Int", str(field.offset)
        lines.append(f"        @inlinable public static var {field.name}: {kind} {{ {value} }}\n")
    return "".join(lines) + "    }\n}\n"


def _documentation(member: Member) -> str:
    first = member.fields[0]
    text = sentence(member.description)
    if first.type.unit:
        text += f" Unit: {first.type.unit}."
    if first.is_added:
        text += f" Since version {first.since_version}."
    return comment(text, "    ")


def _getter(message: Message, member: Member) -> str:
    head = f"    @inlinable public var {member.name}: {member.swift_type} {{"
    body = _load(message, member)
    one_line = f"{head} {body} }}\n"
    if len(one_line) - 1 > COLUMN_COUNT:
        one_line = f"{head}\n        {body}\n    }}\n"
    return _documentation(member) + one_line


def _load(message: Message, member: Member) -> str:
    condition = " && ".join(dict.fromkeys(_is_there(message, field) for field in member.fields if field.is_added))
    value = _load_present(member)
    return f"{condition} ? {value} : {_nothing(member)}" if condition else value


def _is_there(message: Message, field: Field) -> str:
    """Appended fields are there where the frame reaches them. Those in what was padding are there by the version: of an
    older one there is zero, which is not null."""
    if field.offset >= message.frame_byte_count_min:
        return f"base.frameReaches({field.end})"
    return f"base.isSince({field.since_version})"


def _nothing(member: Member) -> str:
    if member.fields[0].is_text:
        return "UnsafeRawBufferPointer(start: nil, count: 0)"
    return {"WireDecimal": ".absent", "Bool": "false"}.get(
        member.swift_type, "nil" if member.swift_type.endswith("?") else "[]")


def _load_present(member: Member) -> str:
    field = member.fields[0]
    at = layout(field)
    if len(member.fields) == 2:
        exponent = layout(member.fields[1])
        return f"base.loadDecimal(mantissaAt: {at}, exponentAt: {exponent})"
    if field.is_text:
        return f"base.loadText({at})"
    if field.is_bytes:
        return f"base.loadBytes({at}, byteCount: {field.name}ByteCount)"
    if field.is_boolean:
        return f"base.loadInteger(at: {at}, as: UInt8.self) != 0"
    if field.choice is not None:
        return f"{field.choice.name}(rawValue: base.loadInteger(at: {at}))"
    if field.type.null is None:
        return f"base.loadInteger(at: {at})"
    return f"base.loadOptional(at: {at})"


def _fault(message: Message) -> str:
    checks = "".join(_check(message, field) for field in message.fields)
    return f"    public func fault() -> RejectReason? {{\n{checks}        return nil\n    }}\n"


def _check(message: Message, field: Field) -> str:
    """Of answers padding is not looked at: it can become a field. In requests it is zero, also where a newer version has
    a field."""
    if not field.is_added:
        return _check_present(message, field)
    there = _is_there(message, field)
    checks = _check_present(message, field).replace("\n    ", "\n        ")
    text = f"        if {there} {{\n    {checks}        }}\n" if checks else ""
    if message.is_request and "isSince" in there:
        zero = f"{there} || base.isZero({field.offset}..<{field.end})"
        text += _guard(zero, ".paddingNotZero")
    return text


def _check_present(message: Message, field: Field) -> str:
    at = layout(field)
    if field.is_padding:
        return _guard(f"base.isZero({at})", ".paddingNotZero") if message.is_request else ""
    if field.is_text and field.type.is_optional:
        return f"        if let reason = base.textFault({at}, mayBeEmpty: true) {{ return reason }}\n"
    if field.is_text:
        return (
            f"        if !base.isPlainText({at}),\n"
            f"            let reason = base.textFault({at}, mayBeEmpty: false)\n"
            "        {\n            return reason\n        }\n")
    condition = _range(message, field)
    return _guard(condition, ".valueOutOfRange") if condition else ""


def _guard(condition: str, reason: str) -> str:
    one_line = f"        guard {condition} else {{ return {reason} }}\n"
    if len(one_line) - 1 <= COLUMN_COUNT:
        return one_line
    return f"        guard {condition} else {{\n            return {reason}\n        }}\n"


def _range(message: Message, field: Field) -> str:
    """What a number must fulfil. Of answers values that a newer server may have added are no fault."""
    if field.choice is None:
        bounds = []
        if field.type.minimum is not None:
            bounds.append(f"{field.name} >= {field.type.minimum:_}")
        if field.type.maximum is not None:
            bounds.append(f"{field.name} <= {field.type.maximum:_}")
        return ", ".join(bounds)
    if not message.is_request:
        return ""
    if field.choice.is_set:
        return f"{field.name}.isSubset(of: .known)"
    raw = f"base.loadInteger(at: {layout(field)}, as: UInt8.self)"
    if field.is_boolean:
        return f"{raw} <= 1"
    if any(value.name == "any" for value in field.choice.values):
        return f"{raw} == 0 || {field.name} != nil"
    return f"{field.name} != nil"


def _writer(message: Message) -> str:
    counted = counted_bytes(message)
    parameters = ["to base: UnsafeMutableRawPointer"]
    parameters += [
        f"{member.name}: {member.written_type}" for member in members(message) if member.name not in counted]
    text = ", ".join(parameters)
    head = f"    public static func write({text}) {{\n"
    if len(head) - 1 > COLUMN_COUNT:
        each = ",\n        ".join(parameters)
        head = f"    public static func write(\n        {each}\n    ) {{\n"
    body = [f"        base.storeHeader(.{lower_camel(message.name)})\n"]
    by_field = {field.name: member for member in members(message) for field in member.fields}
    for field in message.fields:
        body.append(f"        {_store(message, field, by_field.get(field.name), counted)}\n")
    note = "    /// Writes the whole frame, padding included.\n"
    for count, data in counted.items():
        note += comment(f"- Parameter {data}: writes to the front of the bytes it gets, and says how many.", "    ")
        body.insert(0, f"        let {count} = base.fill(Layout.{data}, {data})\n")
    return note + "    @inlinable\n" + head + "".join(body) + "    }\n"


def _store(message: Message, field: Field, member: Member | None, counted) -> str:
    at = layout(field)
    if field.is_padding:
        return f"base.storeZero({at})"
    if field.is_text:
        store = "storeCutText" if field.type.is_cut else "storeText"
        return f"base.{store}({field.name}, in: {at})"
    if field.is_bytes:
        return f"base.storeZero({at}.lowerBound + Int({field.name}ByteCount)..<{at}.upperBound)"
    if field.is_boolean:
        return f"base.storeInteger({field.name} ? 1 : 0 as UInt8, at: {at})"
    if len(member.fields) == 2:
        part = "mantissa" if field.name.endswith("Mantissa") else "exponent"
        return f"base.storeInteger({member.name}.{part}, at: {at})"
    if field.choice is not None:
        optional = member.written_type.endswith("?")
        value = f"{field.name}?.rawValue ?? 0" if optional else f"{field.name}.rawValue"
        return f"base.storeInteger({value}, at: {at})"
    if field.type.null is not None:
        return f"base.storeOptional({field.name}, at: {at})"
    return f"base.storeInteger({field.name}, at: {at})"


def _validation(schema: Schema) -> str:
    cases = "".join(
        f"        case .{lower_camel(message.name)}: {message.name}View(frame).fault()\n"
        for message in schema.messages)
    return (
        HEADER + "\n"
        "/// Checks a whole frame by its template.\n"
        "public enum FrameValidation {\n"
        + comment(
            "Why the fields of a well-framed frame cannot be accepted, nil when they can: a text that is not padded with "
            "NUL or not UTF-8 or empty where it must not be, and in requests padding that is not zero, a null "
            "`requestId`, or a value the template does not define.", "    ")
        + "    ///\n"
        + comment(
            "The frame must be as long as its template needs, which framing has checked. Bytes past that belong to a "
            "newer version and are not looked at. Allocates nothing.", "    ")
        + "    public static func fault(of template: Template, at frame: UnsafeRawPointer) -> RejectReason? {\n"
        "        switch template {\n" + cases + "        }\n    }\n}\n")


def _limits(schema: Schema) -> str:
    return (
        HEADER + "\n"
        "extension WireLimits {\n"
        "    /// `schemaId` of every frame.\n"
        f"    @inlinable public static var schemaId: UInt16 {{ {schema.id} }}\n"
        "    /// `version` this code writes. A reader accepts every version: fields are only ever appended.\n"
        f"    @inlinable public static var version: UInt16 {{ {schema.version} }}\n"
        "}\n")
