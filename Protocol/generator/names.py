"""Names that SBE tools can make code of: the real ones write C, C++, Java, Rust, Go and C# from the schema, put accessors
beside every field, and stop, or write what does not compile, where a name means something else there.

Names are compared without regard to case, because the tools write them in camelCase, PascalCase, snake_case and capitals.
"""

RESERVED = {
    "C": """
        alignas alignof asm assert auto bool break case char complex const constexpr continue default do double else enum eof
        errno extern far false float for goto i386 if imaginary inline int interface linux long main max min near noreturn
        null nullptr register restrict return short signed sizeof small static stderr stdin stdout struct switch
        thread_local true typedef typeof unix union unsigned void volatile while""",
    "C++": """
        and bitand bitor catch char8_t char16_t char32_t class co_await co_return co_yield compl concept const_cast consteval
        constinit decltype delete dynamic_cast explicit export friend mutable namespace new noexcept not operator or private
        protected public reinterpret_cast requires static_assert static_cast std template this throw try typeid typename
        using virtual wchar_t xor""",
    "Java": """
        abstract boolean byte extends final finally implements import instanceof native package permits record sealed
        strictfp super synchronized throws transient var yield""",
    "Rust": """
        as async await become box crate dyn fn gen impl in let loop macro match mod move mut override priv pub ref self
        trait type unsafe unsized use where""",
    "Go": "chan defer fallthrough func go init iota map nil range select",
    "C#": """
        base checked decimal delegate event fixed foreach internal is lock object out params readonly sbyte stackalloc string
        uint ulong unchecked ushort""",
}

# Of every codec, whatever its fields: the union over the languages.
CODEC_MEMBERS = """
    acting_block_length acting_version append_to block_length block_length_value buf buffer buffer_length clone
    compute_length decode decode_length decoded_length encode encoded_length equals finalize get_buf get_class get_hash_code
    get_limit get_type hash_code header initial_offset is_empty limit memberwise_clone message_header meta_attribute notify
    notify_all offset parent position range_check raw_value reference_equals reset sbe_block_and_header_length
    sbe_block_length sbe_buffer_length sbe_check_position sbe_decoded_length sbe_position sbe_rewind sbe_schema_id
    sbe_schema_version sbe_semantic_type sbe_semantic_version sbe_skip sbe_template_id schema_id schema_version
    semantic_type semantic_version set_limit size skip template_id to_string wait wrap wrap_and_apply_header
    wrap_for_decode wrap_for_decode_and_apply_header wrap_for_encode wrap_for_encode_and_apply_header"""

# Of every enumeration and every set of bits.
CHOICE_MEMBERS = """
    c_str clear compare_to describe_constable get get_declaring_class get_raw has_flag name null_val null_value ordinal
    sbe_unknown set set_raw value value_of values"""

# What stands before or behind a field's name in the names that it brings along.
FIELD_PREFIXES = "get put set"
FIELD_SUFFIXES = """
    as_json_escaped_string as_span as_string as_string_view bytes character_encoding deprecated encoding_length
    encoding_offset header_length id in_acting_version length max_value meta_attribute min_value null_value raw
    resolved_character_encoding since_version"""

# What stands behind a type's name in the names that it brings along.
TYPE_SUFFIXES = """
    choice choice_value choice_values codec decoder decoder_impl encoder encoder_impl enum flyweight init
    struct values"""
# Types that come with every schema, or with the language.
TYPES = "codec_state decoder encoder err flyweight group_size_encoding message_header meta_attribute ok utf8 var_data_encoding"


def plain(name: str) -> str:
    """What is left of a name in every language's spelling."""
    return name.replace("_", "").lower()


def _words(text: str) -> set[str]:
    return {plain(word) for word in text.split()}


_LANGUAGES = {}
for _language, _text in RESERVED.items():
    for _word in _words(_text):
        _LANGUAGES.setdefault(_word, _language)
_CODEC_MEMBERS = _words(CODEC_MEMBERS)
_CHOICE_MEMBERS = _words(CHOICE_MEMBERS) | _CODEC_MEMBERS
_FIELD_PREFIXES, _FIELD_SUFFIXES = _words(FIELD_PREFIXES), _words(FIELD_SUFFIXES)
_TYPE_SUFFIXES, _TYPES = _words(TYPE_SUFFIXES), _words(TYPES)


def _accessors(name: str) -> set[str]:
    return {plain(name)} | {prefix + plain(name) for prefix in _FIELD_PREFIXES} | {
        plain(name) + suffix for suffix in _FIELD_SUFFIXES}


def _types(name: str) -> set[str]:
    return {plain(name)} | {plain(name) + suffix for suffix in _TYPE_SUFFIXES}


def faults(schema):
    """What a tool would stumble over, one sentence each."""
    for choice in schema.choices:
        names = [value.name for value in choice.values]
        # The values of an enumeration are constants. The bits of a set have accessors.
        yield from _clashes(
            choice.name, names, _CHOICE_MEMBERS, _accessors if choice.is_set else lambda name: {plain(name)})
    for message in schema.messages:
        yield from _clashes(
            message.name, [field.name for field in message.fields], _CODEC_MEMBERS | {plain(message.name)}, _accessors)
    yield from _clashes("types", [item.name for item in schema.choices + schema.messages], _TYPES, _types)


def _clashes(where: str, names: list[str], taken: set[str], brought_along):
    """Names that are none in some language, and those that meet what is taken or what another name brings along."""
    owners = dict.fromkeys(taken, "every codec")
    for name in names:
        if not (name.isascii() and name.isalnum() and name[0].isalpha()):
            yield f"{where}: {name} is no name: letters and digits, a letter first"
        if plain(name) in _LANGUAGES:
            yield f"{where}: {name} is reserved in {_LANGUAGES[plain(name)]}"
        for accessor in sorted(brought_along(name), key=len):
            owner = owners.setdefault(accessor, name)
            if owner != name:
                yield f"{where}: {name} clashes with {owner}: both have {accessor}"
