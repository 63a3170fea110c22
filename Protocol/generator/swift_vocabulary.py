"""Statuses, flags, kinds and templates in Swift, one type a file."""

from generator.schema import Choice, Schema, lower_camel, snake_case
from generator.swift import HEADER, comment, sentence

FOLDER = "Sources/SymbologyWire/Vocabulary"

# Shown to people as it came, also where this version knows no name for it; what is compared with is a constant.
OPEN = {"RejectReason"}
# Its two values are Swift's own Bool.
BOOLEAN = "YesNo"


def files(schema: Schema) -> dict[str, str]:
    written = {f"{FOLDER}/Template.swift": _template(schema)}
    for choice in schema.choices:
        if choice.name == BOOLEAN:
            continue
        write = _set if choice.is_set else _open if choice.name in OPEN else _enumeration
        written[f"{FOLDER}/{choice.name}.swift"] = HEADER + "\n" + write(choice)
    return written


def swift_values(choice: Choice):
    """Without `any`, which stands for no value: an Optional's nil."""
    return [value for value in choice.values if value.name != "any"]


def _enumeration(choice: Choice) -> str:
    values = swift_values(choice)
    lines = [comment(sentence(choice.description))]
    lines.append(f"@frozen public enum {choice.name}: UInt8, Sendable, BitwiseCopyable, CaseIterable {{\n")
    for value in values:
        lines.append(comment(sentence(value.description), "    "))
        lines.append(f"    case {value.name} = {value.number}\n")
    lines.append("\n    /// The name in snake_case, as scripts see it.\n")
    lines.append("    public var name: String {\n        switch self {\n")
    lines += [f"        case .{value.name}: \"{snake_case(value.name)}\"\n" for value in values]
    lines.append("        }\n    }\n}\n")
    return "".join(lines)


def _open(choice: Choice) -> str:
    name = choice.name
    lines = [comment(sentence(choice.description))]
    lines.append(f"@frozen public struct {name}: RawRepresentable, Sendable, Hashable, BitwiseCopyable {{\n")
    lines.append("    public let rawValue: UInt8\n\n")
    lines.append("    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }\n\n")
    for value in choice.values:
        lines.append(comment(sentence(value.description), "    "))
        lines.append(
            f"    @inlinable public static var {value.name}: {name} {{ {name}(rawValue: {value.number}) }}\n")
    lines.append("}\n\n")
    lines.append(f"extension {name}: CustomStringConvertible {{\n")
    lines.append("    /// The name in `PROTOCOL.md`, or the number where this version knows none.\n")
    lines.append("    public var description: String {\n        switch self {\n")
    lines += [f"        case .{value.name}: \"{value.name}\"\n" for value in choice.values]
    lines.append('        default: "reason \\(rawValue)"\n        }\n    }\n}\n')
    return "".join(lines)


def _set(choice: Choice) -> str:
    name = choice.name
    lines = [comment(sentence(choice.description))]
    lines.append(f"@frozen public struct {name}: OptionSet, Sendable, Hashable, BitwiseCopyable {{\n")
    lines.append("    public let rawValue: UInt8\n\n")
    lines.append("    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }\n\n")
    for value in choice.values:
        lines.append(comment(sentence(value.description), "    "))
        lines.append(
            f"    @inlinable public static var {value.name}: {name} {{ {name}(rawValue: 1 << {value.number}) }}\n")
    lines.append("    /// Every bit this version knows.\n")
    lines.append(
        f"    @inlinable public static var known: {name} {{ {name}(rawValue: {bin(choice.known_bits)}) }}\n}}\n")
    return "".join(lines)


def _template(schema: Schema) -> str:
    def message(item):
        return comment(sentence(item.description), "    ") + f"    case {lower_camel(item.name)} = {item.template}\n"

    def sizes(attribute):
        return "".join(
            f"        case .{lower_camel(item.name)}: {getattr(item, attribute)}\n" for item in schema.messages)

    shorter = "".join(
        f"        case .{lower_camel(item.name)}: {item.frame_byte_count_min}\n" for item in schema.messages
        if item.frame_byte_count_min != item.frame_byte_count)
    return (
        HEADER + "\n"
        "/// What a frame is: `templateId` of its header. Below 100 are requests, the others come from the server.\n"
        "@frozen public enum Template: UInt16, Sendable, CaseIterable {\n"
        + "".join(message(item) for item in schema.messages)
        + "\n    /// Whether clients send it.\n"
        "    @inlinable public var isRequest: Bool { rawValue < 100 }\n\n"
        "    /// Bytes of a frame of this template as this version writes it, header included. A longer one is accepted.\n"
        "    @inlinable public var frameByteCount: Int {\n        switch self {\n"
        + sizes("frame_byte_count")
        + "        }\n    }\n\n"
        "    /// Bytes of the shortest frame of this template that a reader accepts: as its first version wrote it. Fields\n"
        "    /// behind them are null where a frame ends before them.\n"
        "    @inlinable public var frameByteCountMin: Int {"
        + (f"\n        switch self {{\n{shorter}        default: frameByteCount\n        }}\n    }}\n}}\n"
           if shorter else " frameByteCount }\n}\n"))
