"""The one place that knows pyvis: it builds the nodes, edges and options that our template renders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "dragNodes": True, "zoomView": True, "multiselect": False},
    "nodes": {"shape": "dot", "borderWidth": 1.5},
    "edges": {"arrows": {"to": {"enabled": True}}, "selectionWidth": 2},
}


@dataclass(frozen=True, slots=True)
class Dot:
    """A party as drawn."""

    id: str
    label: str
    colour: str
    size: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A leg as drawn: from payer to payee, bent to the payer's left by `bend` of its length."""

    id: str
    payer: str
    payee: str
    colour: str
    width: float
    dashes: bool | tuple[float, ...]
    bend: float


def network(dots: Sequence[Dot], lines: Sequence[Line]) -> dict[str, Any]:
    """Nodes, edges and options in the form of vis-network, in the order given.

    Ids are positions, so that no text of the data is an id of the picture.
    """
    from pyvis.network import Network

    net = Network(directed=True, cdn_resources="in_line")
    place = {dot.id: number for number, dot in enumerate(dots)}
    for dot in dots:
        net.add_node(
            place[dot.id], label=dot.label or " ", shape="dot", color=dot.colour, size=dot.size, x=dot.x, y=dot.y
        )
    for number, line in enumerate(lines):
        net.add_edge(
            place[line.payer], place[line.payee], id=number, color=line.colour, width=line.width,
            dashes=line.dashes, smooth={"enabled": True, "type": "curvedCW", "roundness": line.bend},
        )  # fmt: skip
    net.set_options(json.dumps(OPTIONS))
    nodes, edges, _, _, _, options = net.get_network_data()
    return {"nodes": nodes, "edges": edges, "options": json.loads(options)}
