"""Sources: addresses and tiers."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from circularity.model.evidence import TIERS, Source, Statement, strongest, tiers_of, weakest

SOURCE = {"publisher": "Maker", "url": "https://maker.example/report", "tier": "filing"}


@pytest.mark.parametrize(
    "url",
    [
        "https://maker.example/report",
        "HTTP://MAKER.example",
        "https://bücher.example/ü?q=a&b=c#d",
    ],
)
def test_addresses(url: str) -> None:
    assert Source.model_validate({**SOURCE, "url": url}).url == url


NO_ADDRESSES = [
    "", "maker.example/report", "ftp://maker.example", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd",
    "http://", "https:///path", "https://?q", "http://[2001:db8::1]/x", "https://user:word@m.example/", "https://m.example:x/", "http://[", "http://[zz]/", "https://maker.example/a b", 'https://m.example/"x',
    "https://m.example/<script>", "https://m.example/`x`", "https://m.example/\\x", "https://m.example/\u202etxt",
    "https://m.example/\n", "https://m.example/" + "x" * 2000, None, ["https://m.example"],
]  # fmt: skip


@pytest.mark.parametrize("url", NO_ADDRESSES, ids=lambda url: repr(url)[:40])
def test_what_is_no_address(url: object) -> None:
    with pytest.raises(ValidationError) as caught:
        Source.model_validate({**SOURCE, "url": url})
    assert [error["type"] for error in caught.value.errors()] == ["bad-url"]


def test_tiers_from_strong_to_weak() -> None:
    assert TIERS == ("filing", "company", "press", "relayed", "claim")
    assert weakest(["press", "filing", "claim"]) == "claim"
    assert strongest(["press", "filing", "claim"]) == "filing"
    assert weakest([]) is None
    assert strongest([]) is None


def test_a_document_read_elsewhere_says_so() -> None:
    assert Source.model_validate(SOURCE).read_as is None
    for word in ("copy", "extract"):
        assert Source.model_validate({**SOURCE, "read_as": word}).read_as == word
    with pytest.raises(ValidationError):
        Source.model_validate({**SOURCE, "read_as": "hearsay"})


def test_what_was_retold_counts_as_relayed_whatever_the_document_is() -> None:
    """The words of a filing are a filing; what somebody says that it says is not."""
    sources = {"own": Source.model_validate(SOURCE), "rumour": Source.model_validate({**SOURCE, "tier": "claim"})}
    said = [Statement(source=key, states="so", retold=retold) for key in sources for retold in (False, True)]
    assert tiers_of(said, sources) == ["filing", "relayed", "claim", "claim"]
    assert tiers_of([Statement(source="nobody", states="so")], sources) == []
