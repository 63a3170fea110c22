"""The schema as plain values: what every backend writes its language from."""

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

from generator import names

SBE = "{http://fixprotocol.io/2016/sbe}"
OWN = "{urn:symbology:protocol}"

PRIMITIVE_BYTE_COUNTS = {
    "char": 1, "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8, "int8": 1, "int16": 2, "int32": 4, "int64": 8,
}
HEADER_BYTE_COUNT = 8
# The first version that was released: its fields are in every frame.
FIRST_VERSION = 1
REQUEST_TEMPLATE_MAX = 99

# A name that ends so has this unit, and no other name has one of these units.
UNITS_BY_NAME_ENDING = {"Milliseconds": "ms", "Microseconds": "µs", "Nanoseconds": "ns", "Percent": "%"}


class SchemaError(Exception):
    """What the schema says cannot be; the text names the place."""


@dataclasses.dataclass(frozen=True)
class Value:
    """One name of an enumeration with its number, or of a set with its bit."""
    name: str
    number: int
    description: str


@dataclasses.dataclass(frozen=True)
class Choice:
    """An enumeration (`is_set` false) or a set of bits, one byte on the wire."""
    name: str
    description: str
    is_set: bool
    values: tuple[Value, ...]

    @property
    def known_bits(self) -> int:
        return sum(1 << value.number for value in self.values)


@dataclasses.dataclass(frozen=True)
class Type:
    """An encoding: a number, a text or padding."""
    name: str
    primitive: str
    length: int
    null: int | None
    minimum: int | None
    maximum: int | None
    unit: str
    is_optional: bool
    is_cut: bool
    encoding: str

    @property
    def byte_count(self) -> int:
        return PRIMITIVE_BYTE_COUNTS[self.primitive] * self.length


@dataclasses.dataclass(frozen=True)
class Field:
    name: str
    id: int
    type: Type
    choice: Choice | None
    description: str
    since_version: int
    offset: int
    """From the start of the frame, the header included."""

    @property
    def byte_count(self) -> int:
        return self.type.byte_count

    @property
    def is_added(self) -> bool:
        """Whether there are frames without it: shorter ones, or such as have padding in its place."""
        return self.since_version > FIRST_VERSION

    @property
    def may_say_nothing(self) -> bool:
        return (
            self.type.null is not None or self.type.is_optional or self.is_boolean or self.name.endswith("Exponent")
            or self.choice is not None and (self.choice.is_set or any(value.name == "any" for value in self.choice.values)))

    @property
    def end(self) -> int:
        return self.offset + self.byte_count

    @property
    def is_padding(self) -> bool:
        return self.type.name.startswith("Padding")

    @property
    def is_text(self) -> bool:
        return self.type.primitive == "char" and not self.is_padding and not self.is_bytes

    @property
    def is_bytes(self) -> bool:
        return self.type.name.startswith("Bytes")

    @property
    def is_boolean(self) -> bool:
        return self.choice is not None and self.choice.name == "YesNo"


@dataclasses.dataclass(frozen=True)
class Message:
    name: str
    template: int
    description: str
    block_length: int
    block_length_min: int
    fields: tuple[Field, ...]

    @property
    def is_request(self) -> bool:
        return self.template <= REQUEST_TEMPLATE_MAX

    @property
    def frame_byte_count(self) -> int:
        return HEADER_BYTE_COUNT + self.block_length

    @property
    def frame_byte_count_min(self) -> int:
        return HEADER_BYTE_COUNT + self.block_length_min

    @property
    def named_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if not field.is_padding)


@dataclasses.dataclass(frozen=True)
class Schema:
    id: int
    version: int
    choices: tuple[Choice, ...]
    messages: tuple[Message, ...]

    @property
    def enumerations(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if not choice.is_set)

    @property
    def sets(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if choice.is_set)


def parse(text: str) -> Schema:
    root = ElementTree.fromstring(text)
    types = {}
    choices = {}
    for element in root.find("types"):
        if element.tag == "type":
            parsed = _type(element)
            types[parsed.name] = parsed
        elif element.tag in ("enum", "set"):
            choice = _choice(element)
            choices[choice.name] = choice
            types[choice.name] = Type(choice.name, "uint8", 1, None, None, None, "", False, False, "")
    schema = Schema(
        id=int(root.get("id")), version=int(root.get("version")), choices=tuple(choices.values()),
        messages=tuple(_message(element, types, choices) for element in root.findall(SBE + "message")))
    _check(schema)
    return schema


def _type(element) -> Type:
    def number(name):
        text = element.get(name)
        return None if text is None else int(text)

    return Type(
        name=element.get("name"), primitive=element.get("primitiveType"), length=int(element.get("length", "1")),
        null=number("nullValue"), minimum=number("minValue"), maximum=number("maxValue"),
        unit=element.get("semanticType", ""), is_optional=element.get("presence") == "optional",
        is_cut=element.get(OWN + "tooLong") == "cut", encoding=element.get("characterEncoding", ""))


def _choice(element) -> Choice:
    if element.get("encodingType") != "uint8":
        raise SchemaError(f"{element.get('name')}: enumerations and sets take one byte")
    values = tuple(
        Value(value.get("name"), int(value.text), value.get("description", "")) for value in element)
    return Choice(element.get("name"), element.get("description", ""), element.tag == "set", values)


def _message(element, types, choices) -> Message:
    name = element.get("name")
    fields = []
    offset = HEADER_BYTE_COUNT
    for child in element:
        type_name = child.get("type")
        if type_name not in types:
            raise SchemaError(f"{name}.{child.get('name')}: there is no type {type_name}")
        field = Field(
            name=child.get("name"), id=int(child.get("id")), type=types[type_name], choice=choices.get(type_name),
            description=child.get("description", ""), since_version=int(child.get("sinceVersion", "-1")),
            offset=offset)
        fields.append(field)
        offset = field.end
    block_length = int(element.get("blockLength"))
    return Message(
        name=name, template=int(element.get("id")), description=element.get("description", ""),
        block_length=block_length, block_length_min=int(element.get(OWN + "blockLengthMin", block_length)),
        fields=tuple(fields))


def _check(schema: Schema) -> None:
    """What no XML schema says: fields fill their block, lie aligned, and say what they are."""
    for message in schema.messages:
        where = message.name
        if not message.description:
            raise SchemaError(f"{where}: says nothing of itself")
        for field in message.fields:
            _check_field(schema, f"{where}.{field.name}", field)
        if message.fields[-1].end != message.frame_byte_count:
            raise SchemaError(
                f"{where}: blockLength is {message.block_length}, its fields end at "
                f"{message.fields[-1].end - HEADER_BYTE_COUNT}")
        if message.frame_byte_count_min not in [field.offset for field in message.fields] + [message.frame_byte_count]:
            raise SchemaError(f"{where}: blockLengthMin lies within a field")
        _check_unique(where, [field.name for field in message.fields])
        _check_unique(where, [field.id for field in message.fields])
    _check_unique("messages", [message.name for message in schema.messages])
    _check_unique("messages", [message.template for message in schema.messages])
    _check_unique("names", [item.name for item in schema.choices + schema.messages])
    for choice in schema.choices:
        for value in choice.values:
            if not value.description:
                raise SchemaError(f"{choice.name}.{value.name}: says nothing of itself")
    for fault in names.faults(schema):
        raise SchemaError(fault)


def _check_unique(where: str, names: list) -> None:
    for name in names:
        if names.count(name) > 1:
            raise SchemaError(f"{where}: {name} stands twice")


def _check_field(schema: Schema, where: str, field: Field) -> None:
    if field.is_padding:
        return
    if not field.description:
        raise SchemaError(f"{where}: says nothing of itself")
    if field.since_version not in range(schema.version + 1):
        raise SchemaError(f"{where}: sinceVersion is missing, or above the schema's version")
    if field.is_added and not field.may_say_nothing:
        raise SchemaError(f"{where}: what was added must be able to say nothing")
    if field.is_text and field.type.encoding != "UTF-8":
        raise SchemaError(f"{where}: a text without characterEncoding=\"UTF-8\"")
    if field.type.length == 1 and field.offset % field.byte_count != 0:
        raise SchemaError(f"{where}: offset {field.offset} is no multiple of its {field.byte_count} bytes")
    ending = next((unit for end, unit in UNITS_BY_NAME_ENDING.items() if field.name.endswith(end)), "")
    unit = field.type.unit
    if unit != ending and (ending or unit in ("ms", "ns", "%")):
        raise SchemaError(f"{where}: the name says \"{ending}\", the type \"{unit}\"")


def words(name: str) -> list[str]:
    """`exchangeId` as ["exchange", "id"], `baseURL` as ["base", "url"]."""
    return [part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]


def snake_case(name: str) -> str:
    return "_".join(words(name))


def lower_camel(name: str) -> str:
    return name[0].lower() + name[1:]
