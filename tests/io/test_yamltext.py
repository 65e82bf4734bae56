"""The reader of the strict part of YAML: same values as YAML's own reader, every line known, nothing that grows."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from circularity.io.yamltext import MAX_BYTES, MAX_DEPTH, MAX_LINE, Document, parse
from circularity.problems import Place
from tests.properties import same_every_time


def read(text: str | bytes) -> Document:
    document, problems = parse(text if isinstance(text, bytes) else text.encode(), "x.yaml")
    assert problems == []
    assert document is not None
    return document


def found(text: str | bytes) -> list[tuple[str, int]]:
    _, problems = parse(text if isinstance(text, bytes) else text.encode(), "x.yaml")
    assert all(problem.place and problem.place.file == "x.yaml" for problem in problems)
    return [(problem.code, problem.place.line) for problem in problems if problem.place]


words = st.text(st.characters(exclude_characters="\x85\u2028\u2029\ufeff", exclude_categories=["Cs"]), max_size=30)
"""Without the rare line breaks, which PyYAML's own writer does not quote."""

plain = st.recursive(
    words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4), max_leaves=12
)


@same_every_time
@given(plain, st.sampled_from([None, '"', "'"]), st.sampled_from([True, False, None]))
def test_same_values_as_yaml(value: Any, style: str | None, flow: bool | None) -> None:
    text = yaml.safe_dump(value, default_style=style, default_flow_style=flow, allow_unicode=flow is None)
    if not text.strip():
        return
    assert yaml.safe_load(text) == value
    document, problems = parse(text.encode(), "x.yaml")
    assert problems == []
    assert document is not None
    assert document.value == value


scalars = st.sampled_from(
    ["NO", "yes", "null", "~", "1e3", "0o17", "0x1F", "1_000", "12:30:45", "2025-02-30", ".inf", "007"]
)


@same_every_time
@given(st.dictionaries(st.sampled_from("abcdef"), scalars, min_size=1))
def test_scalars_stay_text(value: dict[str, str]) -> None:
    text = "".join(f"{key}: {word}\n" for key, word in value.items())
    assert read(text).value == value == yaml.load(text, Loader=yaml.BaseLoader)


@same_every_time
@given(st.binary(max_size=200))
def test_any_bytes_are_facts_or_problems(data: bytes) -> None:
    document, problems = parse(data, "x.yaml")
    assert document is not None or problems


@same_every_time
@given(st.text(alphabet="[]{}:,-?&*!|>'\"#%@` \n\tab\r<=~", max_size=60))
def test_any_signs_are_facts_or_problems(text: str) -> None:
    document, problems = parse(text.encode(), "x.yaml")
    assert document is not None or problems


def test_every_value_knows_its_line() -> None:
    document = read("# a comment\ndeals:\n- id: x\n  legs:\n  - {id: y,\n     amount: 5}\n\n- id: z\n")
    assert document.place() == Place("x.yaml", 2)
    assert document.place("deals") == Place("x.yaml", 2)
    assert document.place("deals", 0) == Place("x.yaml", 3)
    assert document.place("deals", 0, "legs", 0, "amount") == Place("x.yaml", 6)
    assert document.place("deals", 1, "id") == Place("x.yaml", 8)
    assert document.place("deals", 1, "title", "x") == Place("x.yaml", 8)


@pytest.mark.parametrize(
    "text", ["a: 1\r\nb: 2\r\n", "\ufeffa: 1\nb: 2\n", "\ufeffa: 1\r\nb: 2", "---\na: 1\nb: 2\n...\n"]
)
def test_line_ends_and_marks_of_order(text: str) -> None:
    assert read(text).value == {"a": "1", "b": "2"}


def test_lines_are_counted_with_carriage_returns() -> None:
    assert read("a: 1\r\nb:\r\n  c: 2\r\n").place("b", "c") == Place("x.yaml", 3)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ("file-empty", 0)),
        (b" \n\t\n", ("file-empty", 0)),
        (b"\xef\xbb\xbf", ("file-empty", 0)),
        (b"# only a comment\n", ("file-empty", 0)),
        ("a: 1\nb: café\n".encode("latin-1"), ("encoding", 2)),
        ("a: 1\n".encode("utf-16"), ("encoding", 1)),
        ("a: 1\nb: 2\n".encode("utf-16-le"), ("encoding", 1)),
        ("a: 1\n".encode("utf-16-be"), ("encoding", 1)),
        (b"a: 1\nb: x\0y\n", ("encoding", 2)),
        (b"\0" * 1000, ("encoding", 1)),
        (b"\x89PNG\r\n\x1a\n", ("encoding", 1)),
        (b"a: 1\nb: \x07\n", ("yaml-syntax", 2)),
        (b"a: 1\nb: \x1b[31m\n", ("yaml-syntax", 2)),
        (b"a: [1\nb: 2\n", ("yaml-syntax", 2)),
        (b"a: 1\n\tb: 2\n", ("yaml-syntax", 2)),
        (b"a: 'x\n", ("yaml-syntax", 2)),
        (b"%YAML 9.9\n---\na: 1\n", ("yaml-syntax", 1)),
        (b"a: !!python/object:os.system x\n", ("yaml-alias", 1)),
        (b"a: !x {b: 1}\n", ("yaml-alias", 1)),
        (b"a: !!binary aGk=\n", ("yaml-alias", 1)),
        (b"a: 1\n---\nb: 2\n", ("yaml-shape", 2)),
        (b"? [1, 2]\n: x\n", ("yaml-shape", 1)),
        (b"a: 1\nb: 2\na: 3\n", ("duplicate-key", 3)),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_not_read(data: bytes, expected: tuple[str, int]) -> None:
    assert found(data) == [expected]


def test_the_first_of_two_values_is_kept() -> None:
    document, problems = parse(b"a: 1\nb: {c: 2}\nb: {d: 3}\n", "x.yaml")
    assert [problem.code for problem in problems] == ["duplicate-key"]
    assert document is not None
    assert document.value == {"a": "1", "b": {"c": "2"}}


def test_merge_keys_and_aliases_are_refused() -> None:
    assert found("a: &a {b: 1}\nc:\n  <<: *a\n  d: *a\n") == [("yaml-alias", 1), ("yaml-alias", 3), ("yaml-alias", 4)]


def test_a_bomb_does_not_go_off() -> None:
    """Nine levels of nine aliases would be 3,486,784,401 words."""
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    tracemalloc.start()
    problems = found("\n".join(lines))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert {code for code, _ in problems} == {"yaml-alias"}
    assert {line for _, line in problems} == set(range(1, 11))
    assert peak < 1_000_000


BRACKETS = {
    "lists, a line each": ("[\n" * 1_000_000, MAX_DEPTH + 1),
    "mappings, a line each": ("{a:\n" * 1_000_000, MAX_DEPTH + 1),
    "lists on one line": ("[" * MAX_LINE, 1),
    "items on one line": ("- " * (MAX_LINE // 2), 1),
    "keys on one line": ("? " * (MAX_LINE // 2), 1),
    "items, ever deeper": ("\n".join(" " * depth + "-" for depth in range(1000)), MAX_DEPTH + 1),
    "keys, ever deeper": ("\n".join(" " * depth + "a:" for depth in range(1000)), MAX_DEPTH + 1),
}


@pytest.mark.parametrize("name", BRACKETS)
def test_deep_nesting_is_stopped(name: str) -> None:
    text, line = BRACKETS[name]
    assert found(text) == [("yaml-depth", line)]


def test_a_million_brackets_on_one_line() -> None:
    assert found("a: 1\nb: " + "[" * 1_000_000) == [("line-too-long", 2)]


def test_as_deep_as_allowed() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH).value
    assert found("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == [("yaml-depth", 1)]


def test_as_long_as_allowed() -> None:
    name = "x" * 10_000
    assert read(f"a: {name}\n").value == {"a": name}
    assert found(f"a: 1\nb: {'x' * MAX_LINE}\nc: 3\n") == [("line-too-long", 2)]


def test_a_line_of_a_whole_file_is_bounded() -> None:
    data = b"a: " + b"x" * (MAX_BYTES - 3)
    tracemalloc.start()
    problems = found(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert problems == [("line-too-long", 1)]
    assert peak < 4 * MAX_BYTES


@pytest.mark.parametrize(
    "name",
    [
        "</script><script>alert(1)</script>",
        "=cmd()",
        "`id` $(id)",
        'it\'s "quoted"',
        "\u202etxt.exe",
        "O\u2019Neil \U0001f600",
        "x" * 10_000,
    ],
    ids=lambda name: repr(name[:12]),
)
def test_hostile_text_is_text(name: str) -> None:
    text = yaml.safe_dump({"name": name}, allow_unicode=True, width=10**6)
    assert read(text).value == {"name": name}
