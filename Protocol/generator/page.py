"""The tables of PROTOCOL.md. What stands between its markers is written here, all else by hand."""

import re

from generator.schema import Choice, Field, Message, Schema, SchemaError
from generator.swift import sentence

PATH = "Protocol/PROTOCOL.md"

NULLS = {255: "255", 2**32 - 1: "2³²−1", 2**64 - 1: "2⁶⁴−1", -(2**63): "−2⁶³"}


def page(schema: Schema, text: str) -> str:
    parts = {
        "requests": "\n".join(_message(message) for message in schema.messages if message.is_request),
        "responses": "\n".join(_message(message) for message in schema.messages if not message.is_request),
        "values": "\n".join(_choice(choice) for choice in schema.choices),
    }
    for name, part in parts.items():
        begin, end = f"<!-- Generated from symbology.sbe.xml: {name} -->\n", f"<!-- End of {name} -->\n"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        if len(pattern.findall(text)) != 1:
            raise SchemaError(f"{PATH} has no part \"{name}\" between its two markers")
        text = pattern.sub(lambda _: f"{begin}\n{part}\n{end}", text)
    return text


def _message(message: Message) -> str:
    size = f"{message.frame_byte_count} bytes, blockLength {message.block_length}"
    if message.block_length_min != message.block_length:
        size += f"; at least {message.frame_byte_count_min} bytes, blockLength {message.block_length_min}"
    rows = "".join(_row(field) for field in message.fields)
    return (
        f"### {message.template} {message.name}\n\n{sentence(message.description)} {size}.\n\n"
        "| offset | field | type | unit | null | meaning |\n| ---: | --- | --- | --- | --- | --- |\n" + rows)


def _row(field: Field) -> str:
    if field.is_padding:
        kind = f"pad[{field.byte_count}]"
    elif field.type.primitive == "char":
        kind = f"char[{field.byte_count}]"
    else:
        kind = field.type.primitive + (f" {field.choice.name}" if field.choice else "")
    meaning = field.description
    if field.is_text and not field.type.is_optional:
        meaning += "; not empty"
    if field.is_added:
        meaning += f"; since version {field.since_version}"
    null = "" if field.type.null is None else NULLS[field.type.null]
    return f"| {field.offset} | {field.name} | {kind} | {field.type.unit} | {null} | {meaning} |\n"


def _choice(choice: Choice) -> str:
    head = "bit" if choice.is_set else "value"
    rows = "".join(f"| {value.number} | {value.name} | {value.description} |\n" for value in choice.values)
    return (
        f"### {choice.name}\n\n{sentence(choice.description)}\n\n"
        f"| {head} | name | meaning |\n| ---: | --- | --- |\n{rows}")
