# SPDX-License-Identifier: MIT
"""Asks a server, in another network namespace or under an emulator; standard library only.

    asking.py chat MODEL PORT     waits for the server, prints the text of a chat
    asking.py socket MODEL PATH   the same by a Unix socket
    asking.py tokens MODEL PORT   prints a chat's tokens, each with the logarithms of the likeliest ones' probabilities, as JSON
    asking.py loop MODEL PORT     chats on connections of their own until standard input ends; prints counts as JSON
"""

import http.client
import json
import socket
import sys
import threading
import time

DEADLINE_SECONDS = 240
CLIENTS = 4


class UnixConnection(http.client.HTTPConnection):
    """HTTP by the path of a socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def connection(place: str, timeout: float) -> http.client.HTTPConnection:
    return UnixConnection(place, timeout) if "/" in place else http.client.HTTPConnection("127.0.0.1", int(place), timeout=timeout)


def chat(model: str, place: str, tokens: int, **more: object) -> dict:
    """The first choice of one chat, always the same; raises OSError, HTTPException or ValueError."""
    body = {"model": model, "temperature": 0, "max_tokens": tokens,
            "messages": [{"role": "user", "content": "Tell me a story about a cat."}]} | more
    link = connection(place, DEADLINE_SECONDS)
    try:
        link.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
        answer = link.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise ValueError(f"status {answer.status}: {text}")
        return json.loads(text)["choices"][0]
    finally:
        link.close()


def wait(place: str) -> None:
    """Until the server is well."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        try:
            link = connection(place, 10)
            link.request("GET", "/health")
            if link.getresponse().status == 200:
                return
            problem: object = "it isn't well"
        except (OSError, http.client.HTTPException) as error:
            problem = error
        if time.monotonic() > deadline:
            sys.exit(f"no server at {place} within {DEADLINE_SECONDS} s: {problem}")
        time.sleep(0.2)


def loop(model: str, place: str) -> None:
    ends = threading.Event()
    times: list[float] = []
    lost: list[str] = []

    def ask() -> None:
        while not ends.is_set():
            began = time.monotonic()
            try:
                chat(model, place, 4)
                times.append(time.monotonic() - began)
            except (OSError, http.client.HTTPException, ValueError) as error:
                lost.append(repr(error))
                time.sleep(0.01)

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    sys.stdin.read()
    ends.set()
    for client in clients:
        client.join()
    print(json.dumps({"answered": len(times), "lost": len(lost), "slowest": max(times, default=0), "why": lost[:3]}))


def main() -> None:
    kind, model, place = sys.argv[1:]
    wait(place)
    if kind == "loop":
        loop(model, place)
    elif kind == "tokens":
        steps = chat(model, place, 40, logprobs=True, top_logprobs=5)["logprobs"]["content"]
        print(json.dumps([(step["token"], {top["token"]: top["logprob"] for top in step["top_logprobs"]}) for step in steps]))
    else:
        print(chat(model, place, 40)["message"]["content"])


if __name__ == "__main__":
    main()
