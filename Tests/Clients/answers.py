# SPDX-License-Identifier: MIT
"""One request, answered as a whole and as a stream: what both add up to must be the same message."""

import json

from programs import Program


def sum_of(events: list[dict]) -> tuple[dict, str | None]:
    """The message that a stream's deltas add up to, and why it ended."""
    message: dict = {}
    calls: dict[int, dict] = {}
    reason = None
    for event in events:
        assert "error" not in event, event
        for choice in event["choices"]:
            reason = choice["finish_reason"] or reason
            for name, value in choice["delta"].items():
                if name == "tool_calls":
                    for part in value:
                        grow(calls.setdefault(part["index"], {"name": "", "arguments": ""}), part["function"])
                elif name == "function_call":
                    grow(message.setdefault(name, {"name": "", "arguments": ""}), value)
                elif name != "role" and value:
                    message[name] = message.get(name, "") + value
    if calls:
        message["calls"] = [calls[index] for index in sorted(calls)]
    return message, reason


def grow(call: dict, part: dict) -> None:
    """Adds what is new of a call."""
    for name in call:
        call[name] += part.get(name, "")


def ask(server: Program, path: str = "/v1/chat/completions", **body) -> tuple[dict, str | None]:
    """The message with its text, thoughts and calls, where they aren't empty, and why it ended."""
    body = {"temperature": 0, "model": "any"} | body
    with server.http() as http:
        answer = http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        stream = http.post(path, json=body | {"stream": True})
    choice = answer.json()["choices"][0]
    message = {name: value for name, value in choice["message"].items() if name != "role" and value}
    if "tool_calls" in message:
        message["calls"] = [call["function"] for call in message.pop("tool_calls")]
    events = [json.loads(line[6:]) for line in stream.text.splitlines() if line.startswith("data: {")]
    assert sum_of(events) == (message, choice["finish_reason"])
    return message, choice["finish_reason"]


def refusal(server: Program, path: str = "/v1/chat/completions", **body) -> str:
    """What a 400 says."""
    with server.http() as http:
        answer = http.post(path, json={"model": "any"} | body)
    assert answer.status_code == 400, answer.text
    return answer.json()["error"]["message"]
