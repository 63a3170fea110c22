"""A client of the wire that shares no code with the program: everything it knows is in symbology.sbe.xml."""

import socket
import struct
import xml.etree.ElementTree

FORMATS = {"uint8": "B", "int8": "b", "uint16": "H", "uint32": "I", "uint64": "Q", "int64": "q"}
NULLS = {"B": 2**8 - 1, "H": 2**16 - 1, "I": 2**32 - 1, "Q": 2**64 - 1, "q": -(2**63)}


class Schema:
    def __init__(self, path):
        root = xml.etree.ElementTree.parse(path).getroot()
        self.id, self.version = int(root.get("id")), int(root.get("version"))
        self.types, self.names = {}, {}
        for node in root.iter():
            if node.tag == "type" and node.get("primitiveType"):
                primitive = node.get("primitiveType")
                size = node.get("length", "1")
                self.types[node.get("name")] = size + "s" if primitive == "char" else FORMATS[primitive]
            elif node.tag in ("enum", "set"):
                self.types[node.get("name")] = FORMATS[node.get("encodingType")]
                self.names[node.get("name")] = {int(choice.text): choice.get("name") for choice in node}
        self.messages = {}
        for node in root:
            if node.tag.endswith("}message"):
                fields = [(field.get("name"), field.get("type")) for field in node]
                self.messages[node.get("name")] = (int(node.get("id")), int(node.get("blockLength")), fields)
        self.by_id = {message[0]: name for name, message in self.messages.items()}

    def encode(self, name, values):
        template, block_length, fields = self.messages[name]
        frame = struct.pack("<HHHH", block_length, template, self.id, self.version)
        for field, kind in fields:
            form = self.types[kind]
            value = values.get(field, b"" if form.endswith("s") else NULLS[form] if kind.endswith("OrNull") else 0)
            frame += struct.pack("<" + form, value.encode() if isinstance(value, str) else value)
        return frame

    def decode(self, template, block):
        name = self.by_id[template]
        values, offset = {"message": name}, 0
        for field, kind in self.messages[name][2]:
            form = "<" + self.types[kind]
            (value,) = struct.unpack_from(form, block, offset)
            offset += struct.calcsize(form)
            if isinstance(value, bytes):
                value = value.rstrip(b"\0").decode()
            elif kind.endswith("OrNull") and value == NULLS[form[1]]:
                value = None
            elif kind in self.names and kind.endswith(("Flags", "Kinds", "Digits")):
                value = {choice for bit, choice in self.names[kind].items() if value >> bit & 1}
            elif kind in self.names:
                value = self.names[kind][value]
            values[field] = value
        return values


class Client:
    def __init__(self, schema, path):
        self.schema = schema
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        self.reader = self.socket.makefile("rb")

    def next(self):
        header = self.reader.read(8)
        if len(header) < 8:
            raise SystemExit("the server closed the connection")
        block_length, template, _, _ = struct.unpack("<HHHH", header)
        return self.schema.decode(template, self.reader.read(block_length))

    def ask(self, name, requests, window=64):
        """One answer for each request, in order."""
        answers = []
        for start in range(0, len(requests), window):
            part = requests[start : start + window]
            frames = [self.schema.encode(name, dict(values, requestId=start + i)) for i, values in enumerate(part)]
            self.socket.sendall(b"".join(frames))
            for index in range(len(part)):
                answer = self.next()
                if answer["message"] == "Rejected" or answer["requestId"] != start + index:
                    raise SystemExit(f"{name} {part[index]} was answered {answer}")
                answers.append(answer)
        return answers

    def list(self, name, values, after="afterSymbolId"):
        """All records of a list, page by page."""
        records, end = [], {"moreFollow": "yes", "resumeAfterId": 0}
        while end["moreFollow"] == "yes":
            self.socket.sendall(self.schema.encode(name, dict(values, **{after: end["resumeAfterId"]})))
            while (end := self.next())["message"] != "EndOfList":
                records.append(end)
        return records
