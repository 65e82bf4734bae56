"""How the graph looks in Neo4j Browser, from the tables of kinds: `python -m circularity.stores.style`."""

from __future__ import annotations

import json
from pathlib import Path

from circularity.model.kinds import KINDS
from circularity.model.parties import PARTY_KINDS
from circularity.resources import bundled
from circularity.stores.queries import find_query
from circularity.stores.records import EVIDENCE_TYPE

_NODE = "node{selector} {{\n  color: {colour};\n  border-color: {colour};\n  text-color-internal: #ffffff;\n{rest}}}\n"
_LEG = "relationship{selector} {{\n  color: {colour};\n  text-color-external: {colour};\n  text-color-internal: #ffffff;\n{rest}}}\n"
_WIDE = '  shaft-width: {width};\n  font-size: 9px;\n  padding: 3px;\n  caption: "{caption}";\n'
_NODES = (("Deal", "#0f172a", "{title}"), ("Source", "#94a3b8", "{publisher}"), ("Graph", "#f59e0b", "{name}"))


def style() -> str:
    """The style sheet: a colour for each kind of party and leg, names as captions, money wider than promises."""
    parts = [_node("", "#6b7280", '  diameter: 60px;\n  font-size: 10px;\n  caption: "{name}";\n')]
    parts += [_node(f".{kind.label}", kind.colour) for kind in PARTY_KINDS.values()]
    parts += [_node(f".{label}", colour, f'  caption: "{caption}";\n') for label, colour, caption in _NODES]
    parts.append(_leg("", "#6b7280", _WIDE.format(width="1px", caption="<type>")))
    for kind in KINDS.values():
        if kind.id != "external":
            width = "3px" if kind.measure == "flow" else "1px"
            parts.append(_leg(f".{kind.neo4j}", kind.colour, _WIDE.format(width=width, caption="{kind}")))
    parts.append(_leg(f".{EVIDENCE_TYPE}", "#94a3b8", _WIDE.format(width="1px", caption="{states}")))
    return "\n".join(parts)


def _node(selector: str, colour: str, rest: str = "") -> str:
    return _NODE.format(selector=selector, colour=colour, rest=rest)


def _leg(selector: str, colour: str, rest: str) -> str:
    return _LEG.format(selector=selector, colour=colour, rest=rest)


def favourites(folder: Path) -> str:
    """The questions for Browser's editor: paste one, and keep it with the star beside it.

    Parameters stand in front with their defaults.
    """
    parts = []
    for path in sorted((folder / "queries").glob("*.cypher")):
        query = find_query(path)
        given = [f":param {p.name} => {json.dumps(p.default, ensure_ascii=False)};" for p in query.parameters]
        parts.append("\n".join([f"// {query.question}", *given, f"{query.text};"]))
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write both files beside the questions."""
    folder = bundled("cypher")
    (folder / "style.grass").write_text(style(), "utf-8")
    (folder / "favourites.cypher").write_text(favourites(folder), "utf-8")


if __name__ == "__main__":
    main()
