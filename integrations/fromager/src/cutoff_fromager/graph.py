"""The parts of fromager's graph.json that say in which order packages are built."""

from __future__ import annotations

import json
import pathlib
import typing
from collections.abc import Iterable, Mapping

import click

Node = dict[str, typing.Any]

ROOT = ""


class Graph:
    """Nodes by key, ``name==version``, with the root under ``""`` (research: fromager's work-dir/graph.json)."""

    def __init__(self, nodes: dict[str, Node]) -> None:
        self.nodes = nodes

    @classmethod
    def read(cls, file: pathlib.Path) -> Graph:
        """Reads a graph.

        Raises:
            click.ClickException: it is none
        """
        try:
            nodes = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise click.ClickException(f"{file} can't be read as a graph: {error}") from error
        if not isinstance(nodes, dict) or ROOT not in nodes:
            raise click.ClickException(f"{file} is no graph of fromager: it has no root; give bootstrap's graph.json")
        for key, node in nodes.items():
            for edge in _edges(file, key, node):
                if not isinstance(edge, dict) or edge.get("key") not in nodes or "req_type" not in edge:
                    raise click.ClickException(f"{file}: {key!r} has an edge that leads to no package: {edge}")
            if key != ROOT and not all(isinstance(node.get(k), str) for k in ("canonicalized_name", "version")):
                raise click.ClickException(f"{file}: {key!r} has no canonicalized_name or version")
        reached = {ROOT}
        waiting = [ROOT]
        while waiting:
            for edge in nodes[waiting.pop()]["edges"]:
                if edge["key"] not in reached:
                    reached.add(edge["key"])
                    waiting.append(edge["key"])
        # fromager, too, leaves out what nothing leads to.
        return cls({key: node for key, node in nodes.items() if key in reached})

    def units(self) -> list[str]:
        return [key for key in self.nodes if key != ROOT]

    def environment(self, key: str) -> set[str]:
        """What a build's environment holds: the targets of its build edges, and what these need to be installed."""
        found: set[str] = set()
        waiting = [edge["key"] for edge in self.nodes[key]["edges"] if edge["req_type"].startswith("build-")]
        while waiting:
            target = waiting.pop()
            if target not in found:
                found.add(target)
                waiting += [e["key"] for e in self.nodes[target]["edges"] if e["req_type"] == "install"]
        return found

    def ready(self, actions: Mapping[str, str]) -> set[str]:
        """Units that are to be rebuilt, none of whose build environments waits for a decision, however far below.

        Args:
            actions: of the units, in a plan's words
        """
        ready = {key for key in self.units() if actions.get(key) == "rebuild"}
        while True:
            # Of those that are left, one may need another that has just been found to have to wait.
            left = {key for key in ready if all(self._stands(e, actions, ready) for e in self.environment(key) - {key})}
            if left == ready:
                return ready
            ready = left

    @staticmethod
    def _stands(key: str, actions: Mapping[str, str], ready: set[str]) -> bool:
        return actions.get(key) == "keep" or key in ready

    def part(self, wanted: Iterable[str]) -> Graph:
        """A graph that has these units and what their builds need, all of them top level."""
        kept: set[str] = set()
        waiting = list(wanted)
        while waiting:
            key = waiting.pop()
            if key not in kept:
                kept.add(key)
                waiting += self.environment(key)
        nodes = {key: self._without(key, kept) for key in self.nodes if key in kept}
        top = [
            {"key": key, "req_type": "toplevel", "req": f"{node['canonicalized_name']}=={node['version']}"}
            for key, node in nodes.items()
        ]
        return Graph({ROOT: {**self.nodes[ROOT], "edges": top}, **nodes})

    def _without(self, key: str, kept: set[str]) -> Node:
        node = self.nodes[key]
        return {**node, "edges": [edge for edge in node["edges"] if edge["key"] in kept]}

    def write(self, file: pathlib.Path) -> None:
        file.write_text(json.dumps(self.nodes, indent=2), encoding="utf-8")


def _edges(file: pathlib.Path, key: str, node: object) -> list[typing.Any]:
    edges = node.get("edges") if isinstance(node, dict) else None
    if not isinstance(edges, list):
        raise click.ClickException(f"{file}: {key!r} has no list of edges")
    return edges
