"""The Bot API as published, and checks of results, updates and calls against it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from tests.support import SHARED, require

_SIMPLE: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "String": (str,),
    "Float": (int, float),
    "Boolean": (bool,),
    "True": (bool,),
}
_ARRAY = "Array of "


@cache
def published() -> dict[str, Any]:
    """The Bot API's methods and types as published, by name."""
    require("shared")
    found: dict[str, Any] = json.loads((SHARED / "data/telegram/bot_api_10.1.json").read_text())
    return found


def problems(value: Any, name: str, path: str) -> list[str]:
    """Where ``value`` is not what the published type says."""
    if name.startswith(_ARRAY):
        if not isinstance(value, list):
            return [f"{path}: not a list"]
        inner = name.removeprefix(_ARRAY)
        return [wrong for n, item in enumerate(value) for wrong in problems(item, inner, f"{path}[{n}]")]
    if name in _SIMPLE:
        right = isinstance(value, _SIMPLE[name]) and (name in ("Boolean", "True") or not isinstance(value, bool))
        return [] if right else [f"{path}: {value!r} is no {name}"]
    kind = published()["types"][name]
    if "subtypes" in kind:
        tries = [problems(value, subtype, path) for subtype in kind["subtypes"]]
        return [] if [] in tries else tries[0]
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no {name}"]
    return _problems_of_fields(value, kind["fields"], name, path)


def _problems_of_fields(value: Mapping[str, Any], published_fields: list[Any], name: str, path: str) -> list[str]:
    fields = {field["name"]: field for field in published_fields}
    wrong = [f"{path}.{key}: not in {name}" for key in value if key not in fields]
    wrong += [f"{path}.{key}: missing" for key, field in fields.items() if field["required"] and key not in value]
    for key in value.keys() & fields.keys():
        tries = [problems(value[key], choice, f"{path}.{key}") for choice in fields[key]["types"]]
        wrong += [] if [] in tries else tries[0]
    return wrong


def call_problems(method: str, parameters: Mapping[str, Any], uploads: Collection[str] = ()) -> list[str]:
    """Where a call that a bot made is not what the published method says.

    ``parameters`` are as they came in: a form carries everything as strings, which are read as the published types
    say. ``uploads`` names the files that came along, each for a parameter of its own or for an attach:// address.
    """
    names = {name.lower(): name for name in published()["methods"]}
    if method.lower() not in names:
        return [f"{method}: no such method"]
    name = names[method.lower()]
    fields = {field["name"]: field for field in published()["methods"][name].get("fields", [])}
    wrong = [f"{name}.{key}: not in {name}" for key in parameters if key not in fields]
    given = {*parameters, *uploads}
    wrong += [f"{name}.{key}: missing" for key, field in fields.items() if field["required"] and key not in given]
    for key in parameters.keys() & fields.keys():
        tries = [_parameter_problems(parameters[key], kind, f"{name}.{key}") for kind in fields[key]["types"]]
        wrong += [] if [] in tries else tries[0]
    return wrong


def _parameter_problems(value: Any, kind: str, path: str) -> list[str]:
    """As ``problems``, for a value that may still be the JSON text of what it stands for."""
    if kind == "InputFile":
        return [] if isinstance(value, str) and value.startswith("attach://") else [f"{path}: {value!r} is no file"]
    if kind == "String" or not isinstance(value, str):
        return problems(value, kind, path)
    try:
        return problems(json.loads(value), kind, path)
    except ValueError:
        return [f"{path}: {value!r} is no {kind}"]
